import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import type { Envelope } from '../answer/find-sign.ts';
import { atOf } from '../declaration.ts';
import type { HttpRequest } from '../http/http-client.ts';
import type { RequestTraits } from '../http/operation.ts';
import type { Session } from '../session.ts';
import type { RequestParts, RequestTemplate } from './compile-request.ts';
import { escapeUrl, toQuery } from './encode-url.ts';

/** What an operation says of all its requests; the same value for all of them. */
export interface RequestUse
  extends RequestTraits,
    Pick<HttpRequest, 'expectsJson' | 'mayBeEmpty' | 'namesRecord' | 'envelope'> {}

/** What differs from one request to the next. */
export interface RequestContent extends Pick<HttpRequest, 'isNextPage'> {
  readonly parts: RequestParts;
  /** The body as JSON text; `undefined`: none is sent. */
  readonly body: string | undefined;
  /** Absolute; in place of path and query. */
  readonly url?: string | undefined;
  /** In place of that of the operation. */
  readonly envelope?: Envelope;
}

/** A request of an operation as the client takes it. */
export function toHttpRequest(
  session: Session,
  template: RequestTemplate,
  { parts, body, url, envelope, isNextPage }: RequestContent,
  use: RequestUse,
): HttpRequest {
  const head = headOf(session, template, use);
  if (head.parts !== parts) {
    head.parts = parts;
    head.url = escapeUrl(toUrl(session.baseUrl, parts));
  }
  const headers = body === undefined ? head.plain : head.withJson;
  return {
    ...head.request,
    url: url === undefined ? head.url : escapeUrl(url),
    headers: isEmpty(parts.headers) ? headers : { ...headers, ...parts.headers },
    body,
    envelope: envelope ?? use.envelope,
    ...(isNextPage === true && { isNextPage }),
  };
}

/** What is sent of a body; nothing where there is none. */
export function toBody(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

export interface Overlay {
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: JsonObject;
  /** Absolute; in place of path and query. */
  readonly url?: string;
}

/** Lays one thing after the other over the request's own query and body; the last one wins. */
export function layOver(parts: RequestParts, overlays: readonly Overlay[]): RequestParts {
  if (overlays.every(({ query, body }) => query === undefined && body === undefined)) return parts;
  const body = overlays.some((each) => each.body !== undefined)
    ? Object.assign({}, parts.body, ...overlays.map((each) => each.body))
    : parts.body;
  return { ...parts, query: Object.assign({}, parts.query, ...overlays.map((each) => each.query)), body };
}

export function toOverlayBody(value: unknown): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

/** What is the same of all requests of an operation in a session, worked out once. */
interface RequestHead {
  readonly request: Omit<HttpRequest, 'url' | 'headers' | 'body' | 'envelope' | 'isNextPage'>;
  /** Of a request without a body, and of one with. */
  readonly plain: HttpRequest['headers'];
  readonly withJson: HttpRequest['headers'];
  /** The last parts and their URL: without expressions they are always the same. */
  parts: RequestParts | undefined;
  url: string;
}

const heads = new WeakMap<Session, Map<RequestUse, RequestHead>>();

function headOf(session: Session, template: RequestTemplate, use: RequestUse): RequestHead {
  const known = heads.get(session);
  const found = known?.get(use);
  if (found !== undefined) return found;
  const { envelope, ...traits } = use;
  const { method, label, declared } = template;
  const plain = session.headers;
  const head: RequestHead = {
    request: { ...traits, method, label, at: atOf(declared) },
    ...{ plain, withJson: { ...plain, 'content-type': 'application/json' } },
    ...{ parts: undefined, url: '' },
  };
  if (known === undefined) heads.set(session, new Map([[use, head]]));
  else known.set(use, head);
  return head;
}

function toUrl(baseUrl: string, { path, query }: RequestParts): string {
  const added = toQuery(query);
  const url = baseUrl + (path === '' || path.startsWith('/') || path.startsWith('?') ? path : `/${path}`);
  return added === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${added}`;
}

function isEmpty(headers: HttpRequest['headers']): boolean {
  for (const _ in headers) return false;
  return true;
}
