import { Fault } from '../../contract/fault.ts';
import type { ManifestRead } from '../../contract/generated/connector.ts';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { present } from '../../contract/present.ts';
import { quoteName } from '../../contract/text/record-bounds.ts';
import type { MappingTree } from '../../mapping/tree.ts';
import { compileText, compileTexts, type TemplateScope, type Text, type Texts } from '../compile-text.ts';
import { atOf, type Declaration, member, pathText, required, textOf, toTree } from '../declaration.ts';
import type { HttpRequest } from '../http/http-client.ts';
import type { RequestTraits } from '../http/operation.ts';
import type { Session } from '../session.ts';
import { describeNoParameter, encodePathPart, escapeUrl, isParameter, toQuery } from './encode-url.ts';
import { expressionsOf, mentions } from './mentions.ts';
import { missingInPath, speaksOfRecord, unusable } from './unusable-part.ts';

/** A request as a manifest declares it, compiled: `method`, `path`, `query`, `headers`, `body`. */
export interface RequestTemplate {
  readonly method: string;
  readonly label: string;
  readonly declared: Declaration;
  /** Does any of its expressions speak of `word` of the scope? */
  mentions(word: string): boolean;
  /** Does the path itself, up to a query, speak of it? */
  pathNames(word: string): boolean;
  readonly querySources: Readonly<Record<string, string>>;
  evaluate(scope: TemplateScope): Promise<RequestParts>;
}

export interface RequestParts {
  /** Encoded, from the base URL on. */
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** `undefined`: no body is declared. */
  readonly body: unknown;
}

/** What all operations say of their request. */
type RequestDeclared = Pick<ManifestRead, 'method' | 'path' | 'query' | 'headers' | 'body'>;

export function compileRequest(
  declared: Declaration<RequestDeclared>,
  defaultMethod: string,
): RequestTemplate {
  const methodDeclared = member(declared, 'method');
  const method = (methodDeclared === undefined ? defaultMethod : textOf(methodDeclared)).toUpperCase();
  const path = compileText(required(declared, 'path'), encodePathPart);
  const query = compileTexts(member(declared, 'query'));
  const headers = compileTexts(member(declared, 'headers'));
  const bodyDeclared = member(declared, 'body');
  const body = bodyDeclared && toTree(bodyDeclared);
  const { templates, bodies } = expressionsOf(declared);
  const expressions = [...templates, ...bodies];

  return {
    method,
    label: `${method} ${path.source}`,
    declared,
    mentions: (word) => mentions(expressions, word),
    pathNames: (word) => mentions(expressionsInPath(path.source), word),
    querySources: query.sources,
    evaluate: (scope) => evaluateParts({ declared, path, query, headers, body }, scope),
  };
}

/** Those up to the query; a `?` inside of an expression begins none. */
function expressionsInPath(source: string): readonly string[] {
  const [path] = present(/^(?:\{\{.*?\}\}|[^?])*/s.exec(source), 'the path of a request');
  return [...path.matchAll(/\{\{(.*?)\}\}/gs)].map((match) =>
    present(match[1], 'an expression between braces'),
  );
}

interface Parts {
  readonly declared: Declaration;
  readonly path: Text;
  readonly query: Texts;
  readonly headers: Texts;
  readonly body: MappingTree | undefined;
}

async function evaluateParts(parts: Parts, scope: TemplateScope): Promise<RequestParts> {
  const { path, query, headers, body } = parts;
  const pathValue = path.evaluate(scope);
  const pathText = pathValue instanceof Promise ? await pathValue : pathValue;
  if (typeof pathText !== 'string') throw await missingInPath(path.declared, scope);
  return {
    path: pathText,
    query: refuseObjects(parts, await query.evaluate(scope)),
    headers: refuseUnsendable(headers, await headers.evaluate(scope)),
    body: body === undefined ? undefined : await body.apply(scope),
  };
}

/** Reported here, where it is known whose value it is. */
function refuseObjects({ declared, query }: Parts, values: RequestParts['query']): RequestParts['query'] {
  for (const name in values) {
    if (isParameter(values[name])) continue;
    const at = member(member(declared, 'query'), name) ?? declared;
    throw unusable(
      present(query.sources[name], 'a parameter'),
      `${pathText(at)}: ${describeNoParameter(name)}`,
      at,
    );
  }
  return values;
}

export interface Overlay {
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: JsonObject;
  /** Absolute; in place of path and query. */
  readonly url?: string;
}

/** Lays one thing after the other over the request's own query and body; the last one wins. */
export function layOver(parts: RequestParts, overlays: readonly Overlay[]): RequestParts {
  const body = overlays.some((each) => each.body !== undefined)
    ? Object.assign({}, parts.body, ...overlays.map((each) => each.body))
    : parts.body;
  return { ...parts, query: Object.assign({}, parts.query, ...overlays.map((each) => each.query)), body };
}

export interface RequestUse
  extends RequestTraits,
    Pick<HttpRequest, 'expectsJson' | 'mayBeEmpty' | 'envelope' | 'namesRecord'> {
  readonly url?: string | undefined;
}

export function toHttpRequest(
  session: Session,
  template: RequestTemplate,
  parts: RequestParts,
  use: RequestUse,
): HttpRequest {
  const content = parts.body === undefined ? undefined : JSON.stringify(parts.body);
  const type = content === undefined ? undefined : { 'content-type': 'application/json' };
  return {
    operation: use.operation,
    idempotent: use.idempotent,
    expectsJson: use.expectsJson,
    ...(use.mayBeEmpty === true && { mayBeEmpty: true }),
    ...(use.namesRecord === false && { namesRecord: false }),
    ...(use.envelope !== undefined && { envelope: use.envelope }),
    method: template.method,
    url: escapeUrl(use.url ?? toUrl(session.baseUrl, parts)),
    headers: { ...session.headers, ...type, ...parts.headers },
    body: content,
    label: template.label,
    at: atOf(template.declared),
  };
}

function toUrl(baseUrl: string, { path, query }: RequestParts): string {
  const added = toQuery(query);
  const url = baseUrl + (path === '' || path.startsWith('/') || path.startsWith('?') ? path : `/${path}`);
  return added === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${added}`;
}

export function toHeaders(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const name in values) headers[name.toLowerCase()] = String(values[name]);
  return headers;
}

/**
 * A header carries one line of Latin-1 (RFC 9110 section 5.5). What of a record cannot stand in it is that record's
 * fault, anything else the configuration's.
 */
function refuseUnsendable({ sources }: Texts, values: RequestParts['query']): RequestParts['headers'] {
  for (const name in values) {
    if (!isParameter(values[name]))
      throw unusable(
        present(sources[name], 'a header'),
        `the header ${name} must be a text, a number, true or false, got an object`,
      );
  }
  const headers = toHeaders(values);
  for (const name in headers) {
    const value = present(headers[name], 'a header');
    const [character] = /[^\t\x20-\x7e\x80-\xff]/u.exec(value) ?? [];
    if (character === undefined) continue;
    const declared = Object.entries(sources).find(([each]) => each.toLowerCase() === name);
    const message = `the header ${name} cannot hold the character ${nameOf(character)}, got ${quoteName(value)}`;
    throw new Fault(
      speaksOfRecord(present(declared, 'a header')[1]) ? 'TL_KEY_INVALID' : 'TL_CONNECTION_CONFIG',
      message,
    );
  }
  return headers;
}

function nameOf(character: string): string {
  return `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;
}

export function toOverlayBody(value: unknown): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}
