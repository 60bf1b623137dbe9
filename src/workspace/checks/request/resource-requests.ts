import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { present } from '../../../contract/present.ts';
import { eachText } from '../../text/references.ts';
import type { Path } from '../../text/source-document.ts';

/** A request that a resource declares, and what its expressions may speak of (docs/connections-and-connectors.md). */
export interface DeclaredRequest {
  readonly path: Path;
  readonly request: JsonObject;
  readonly scope: readonly string[];
}

/** An expression of a request, and where in the text at `path` it begins. */
export interface RequestText {
  readonly path: Path;
  readonly text: string;
  readonly offset: number;
}

/** `last` is there from the second page on; one expression may serve cursor and paging. */
const readScope = ['config', 'where', 'cursor', 'until', 'last'];
const writeScope = ['config', 'payload', 'key', 'id', 'etag', 'idempotencyKey'];

/** Every request of a resource, those that are attached to its records among them. */
export function requestsOf(path: Path, resource: JsonObject): readonly DeclaredRequest[] {
  const { read, find } = resource;
  const attached = isJsonObject(read) && isJsonObject(read.attach) ? read.attach : {};
  return [
    ...declared([...path, 'read'], read, readScope),
    ...Object.entries(attached).flatMap(([name, request]) =>
      declared([...path, 'read', 'attach', name], request, [...readScope, 'record']),
    ),
    ...declared([...path, 'find'], find, ['config', isJsonObject(find) && find.bulk ? 'keys' : 'key']),
    ...['create', 'update', 'upsert', 'delete'].flatMap((name) => {
      const write = resource[name];
      const isBulk = isJsonObject(write) && write.bulk !== undefined;
      return declared([...path, name], write, isBulk ? ['config', 'records'] : writeScope);
    }),
  ];
}

function declared(path: Path, request: unknown, scope: readonly string[]): readonly DeclaredRequest[] {
  return isJsonObject(request) ? [{ path, request, scope }] : [];
}

/** Parts of a request that are laid over it, beside those that the request has itself. */
const overlays: readonly Path[] = [['cursor'], ['cursor', 'until'], ['paging']];

/** The expressions of a request: inside of templates, and in bodies, where each text is one. */
export function textsOf({ path, request }: DeclaredRequest): readonly RequestText[] {
  return [[], ...overlays].flatMap((inner: Path) => {
    const part = at(request, inner);
    if (!isJsonObject(part)) return [];
    const templates = ['path', 'query', 'headers'].flatMap((name) =>
      templatesIn([...path, ...inner, name], part[name]),
    );
    const bodies = [['body'], ['bulk', 'body']].flatMap((body) =>
      expressionsIn([...path, ...inner, ...body], at(part, body)),
    );
    return [...templates, ...bodies];
  });
}

/** The expressions of every template below a value. */
export function templatesIn(path: Path, value: unknown): readonly RequestText[] {
  const found: RequestText[] = [];
  eachText(value, (text, inner) => {
    for (const match of text.matchAll(/\{\{([\s\S]*?)\}\}/g)) {
      found.push({
        path: [...path, ...inner],
        text: present(match[1], 'an expression between braces'),
        offset: match.index + 2,
      });
    }
  });
  return found;
}

function expressionsIn(path: Path, value: unknown): readonly RequestText[] {
  const found: RequestText[] = [];
  eachText(value, (text, inner) => found.push({ path: [...path, ...inner], text, offset: 0 }));
  return found;
}

export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((each, name) => (isJsonObject(each) ? each[String(name)] : undefined), value);
}
