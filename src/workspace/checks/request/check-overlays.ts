import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { surveyExpression } from '../../../mapping/survey/survey.ts';
import { createFinding, type Finding } from '../../finding.ts';
import type { Path, SourceDocument } from '../../text/source-document.ts';
import { listOf } from '../../text/suggest.ts';
import { at, type DeclaredRequest, type RequestText } from './resource-requests.ts';

/** What a cursor and paging lay over a request: does it arrive, and does it leave the rest in place? */
export function checkOverlays(
  document: SourceDocument,
  declared: DeclaredRequest,
  texts: readonly RequestText[],
): readonly Finding[] {
  return [
    ...checkCursorSent(document, declared, texts),
    ...checkLastSent(document, declared, texts),
    ...checkParams(document, declared),
    ...checkDropped(document, declared, ['cursor', 'body']),
    ...checkDropped(document, declared, ['cursor', 'until', 'body']),
    ...checkDropped(document, declared, ['paging', 'body']),
  ];
}

/** A cursor that no part of the request speaks of is kept, and every run reads everything. */
function checkCursorSent(
  document: SourceDocument,
  { path, request }: DeclaredRequest,
  texts: readonly RequestText[],
): readonly Finding[] {
  if (!isJsonObject(request.cursor) || speaksOf('cursor', texts)) return [];
  const place = document.keyPlace([...path, 'cursor']);
  const message = 'nothing of the request speaks of the cursor: every run would read everything';
  const hint = 'say how the system is asked: `cursor: { query: { since: "{{cursor}}" } }`';
  return [createFinding('TLW_CURSOR_UNSENT', place, message, hint)];
}

/** Pages that go on from the last record, and never say from which. */
function checkLastSent(
  document: SourceDocument,
  { path, request }: DeclaredRequest,
  texts: readonly RequestText[],
): readonly Finding[] {
  if (at(request, ['paging', 'type']) !== 'keyset' || speaksOf('last', texts)) return [];
  const place = document.keyPlace([...path, 'paging']);
  const message = 'nothing of the request speaks of `last`: every page would be the first one again';
  const hint = 'say where the next page begins: `paging: { query: { after: "{{last}}" } }`';
  return [createFinding('TLW_CURSOR_UNSENT', place, message, hint)];
}

/** What cannot be surveyed may speak of anything. */
function speaksOf(wanted: string, texts: readonly RequestText[]): boolean {
  return texts.some(({ text }) => {
    const reads = surveyExpression(text)?.reads;
    return reads === undefined || reads.some(({ name }) => name === wanted);
  });
}

/** In a body, `filter.page` would be a member of that name, dot and all. */
function checkParams(document: SourceDocument, { path, request }: DeclaredRequest): readonly Finding[] {
  if (at(request, ['paging', 'in']) !== 'body') return [];
  const params: readonly Path[] = [
    ['paging', 'param'],
    ['paging', 'size', 'param'],
  ];
  return params.flatMap((inner) => {
    const param = at(request, inner);
    if (typeof param !== 'string' || !param.includes('.')) return [];
    const message = `the body would get a member called "${param}", with the dot in its name`;
    const hint =
      'a parameter stands at the top of the body; paging of `type: keyset` can write a body of its own';
    return [createFinding('TLW_PARAM_DOTTED', document.valuePlace([...path, ...inner]), message, hint)];
  });
}

/** A member of the body that is laid over takes the place of the request's own, as a whole. */
function checkDropped(
  document: SourceDocument,
  { path, request }: DeclaredRequest,
  overlay: Path,
): readonly Finding[] {
  const over = at(request, overlay);
  if (!isJsonObject(request.body) || !isJsonObject(over)) return [];
  const body: JsonObject = request.body;
  return Object.entries(over).flatMap(([name, value]) => {
    const dropped = droppedBy(body[name], value);
    if (dropped.length === 0) return [];
    const place = document.keyPlace([...path, ...overlay, name]);
    const message = `takes the place of \`body.${name}\` of the request, of which ${listOf(dropped)} would not be sent any more`;
    return [createFinding('TLW_BODY_DROPPED', place, message, 'repeat here what has to stay')];
  });
}

/** What of `own` does not stand in `over`: members of an object, or items of a list by their position. */
function droppedBy(own: unknown, over: unknown): readonly string[] {
  if (isJsonObject(own) && isJsonObject(over)) {
    return Object.keys(own).filter((name) => !Object.hasOwn(over, name));
  }
  if (!Array.isArray(own) || !Array.isArray(over)) return [];
  return own.flatMap((item: unknown, nth) =>
    over.some((other) => isDeepStrictEqual(other, item)) ? [] : [`[${nth}]`],
  );
}
