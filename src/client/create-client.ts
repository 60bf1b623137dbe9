import { Fault } from '../contract/fault.ts';
import {
  type EndpointAnswers,
  type EndpointId,
  type EndpointInputs,
  endpointPlaces,
} from './generated/endpoints.ts';

/** Asks an endpoint, and returns its answer. Throws a Fault with the code that the server says. */
export type Ask = <Id extends EndpointId>(id: Id, input: EndpointInputs[Id]) => Promise<EndpointAnswers[Id]>;

export interface ClientSettings {
  /** Where the API is: `https://tradelane.example`. */
  readonly server: string;
  readonly token: string;
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds until an answer must be there. 60 seconds if left out. */
  readonly timeoutMs?: number;
}

/** A client of the API of a Tradelane server. */
export function createClient(settings: ClientSettings): Ask {
  return async (id, input) => {
    const { url, init } = toRequest(settings, id, input as Readonly<Record<string, unknown>>);
    const answer = await send(settings, url, init);
    const text = await answer.text();
    const document = parseAnswer(text, answer, url);
    if (!answer.ok) throw toProblem(document, answer, url);
    return document as EndpointAnswers[typeof id];
  };
}

function toRequest(
  { server, token }: ClientSettings,
  id: EndpointId,
  input: Readonly<Record<string, unknown>>,
): { readonly url: URL; readonly init: RequestInit } {
  const { method, path, inPath, rest } = endpointPlaces[id];
  const isInPath = (name: string) => (inPath as readonly string[]).includes(name);
  const place = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(input[name])));
  const url = new URL(`${server.replace(/\/+$/, '')}/api/v1${place}`);
  const others = Object.entries(input).filter(([name, value]) => !isInPath(name) && value !== undefined);
  const headers: Record<string, string> = { accept: 'application/json', authorization: `Bearer ${token}` };
  if (rest === 'query') {
    for (const [name, value] of others)
      for (const each of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(each));
    return { url, init: { method, headers } };
  }
  headers['content-type'] = 'application/json';
  headers['idempotency-key'] = globalThis.crypto.randomUUID();
  return { url, init: { method, headers, body: JSON.stringify(Object.fromEntries(others)) } };
}

async function send(
  { fetch = globalThis.fetch, timeoutMs = 60_000 }: ClientSettings,
  url: URL,
  init: RequestInit,
) {
  try {
    // A redirect would carry the token to another server.
    return await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  } catch (thrown) {
    const why =
      thrown instanceof Error ? (thrown.cause instanceof Error ? thrown.cause.message : thrown.message) : '';
    throw new Fault('TL_SYSTEM_UNREACHABLE', `the server ${url.origin} gives no answer: ${why}`, {
      cause: thrown,
    });
  }
}

function parseAnswer(text: string, { status, ok }: Response, url: URL): unknown {
  if (text === '' && ok) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Fault(
      'TL_SYSTEM_BAD_RESPONSE',
      `${url.origin} answered ${status} with something that is no JSON: is it a Tradelane server?`,
    );
  }
}

/** Why the server did not do what it was asked, as it says itself. */
export async function refusalOf(answer: Response, url: URL): Promise<Fault> {
  return toProblem(parseAnswer(await answer.text(), answer, url), answer, url);
}

function toProblem(document: unknown, { status }: Response, url: URL): Fault {
  const { code, detail, findings } = (document ?? {}) as {
    readonly code?: unknown;
    readonly detail?: unknown;
    readonly findings?: Fault['findings'];
  };
  if (typeof code === 'string' && typeof detail === 'string')
    return new Fault(code, detail, findings === undefined ? {} : { findings });
  return new Fault('TL_SYSTEM_BAD_RESPONSE', `${url.origin} answered ${status}: is it a Tradelane server?`);
}
