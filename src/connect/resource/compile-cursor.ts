import type { ManifestCursor } from '../../contract/generated/connector.ts';
import { resourceDefaults } from '../../contract/generated/defaults.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { MappingTree } from '../../mapping/tree.ts';
import { compileTexts, type TemplateScope, type Texts } from '../compile-text.ts';
import {
  choiceOf,
  type Declaration,
  declaredTimezone,
  member,
  members,
  required,
  toTree,
} from '../declaration.ts';
import type { CursorType } from './compare-cursors.ts';
import { compileFailingValue, type RecordValue, toScalar } from './compile-record-value.ts';
import { type Overlay, toOverlayBody } from './to-http-request.ts';

/** `cursor` of a read: how it says from where on, and how far it has come. */
export interface Cursor {
  readonly type: CursorType;
  readonly order: 'none' | 'ascending';
  /** Whose clock shows a value that is a time and names no zone (IANA). */
  readonly timezone: string;
  /** Rejects where its expression fails for a record. */
  readonly value: RecordValue;
  /** The cursor of a read that was given none; usually nothing. */
  readonly initial: string | undefined;
  /** Query parameters and body members that it sets, as the manifest writes them. */
  readonly sources: Readonly<Record<string, string>>;
  /** What is laid over the request; nothing for what the scope has no value of. */
  overlays(scope: TemplateScope): Promise<readonly Overlay[]>;
}

const defaults = resourceDefaults.read.cursor;

export function compileCursor(declared: Declaration<ManifestCursor>): Cursor {
  const from = compileBound(declared);
  const untilDeclared = member(declared, 'until');
  const until = untilDeclared && compileBound(untilDeclared);
  const [type, order] = [member(declared, 'type'), member(declared, 'order')];
  const initial = toScalar(member(declared, 'default')?.value ?? defaults.default);
  return {
    type: type ? choiceOf(type, ['time', 'number', 'text']) : defaults.type,
    order: order ? choiceOf(order, ['none', 'ascending']) : defaults.order,
    timezone: declaredTimezone(declared),
    value: compileFailingValue(required(declared, 'value')),
    initial: initial === 'none' ? undefined : initial,
    sources: { ...toSources(member(declared, 'body')), ...from.query.sources },
    async overlays(scope) {
      const found: Overlay[] = [];
      if (scope['cursor'] !== undefined) found.push(await toOverlay(from, scope));
      if (until !== undefined && scope['until'] !== undefined) found.push(await toOverlay(until, scope));
      return found;
    },
  };
}

interface Bound {
  readonly query: Texts;
  readonly body: MappingTree | undefined;
}

function compileBound(declared: Declaration<Pick<ManifestCursor, 'query' | 'body'>>): Bound {
  const body = member(declared, 'body');
  return { query: compileTexts(member(declared, 'query')), body: body && toTree(body) };
}

function toSources(body: Declaration | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(members(body).map(([name, each]) => [name, JSON.stringify(each.value)]));
}

async function toOverlay({ query, body }: Bound, scope: TemplateScope): Promise<Overlay> {
  const over: JsonObject | undefined = toOverlayBody(await body?.apply(scope));
  return { query: await query.evaluate(scope), ...(over && { body: over }) };
}
