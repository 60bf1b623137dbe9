import { Fault } from '../contract/fault.ts';
import { rowOf } from '../contract/fault-table.ts';
import type { CompiledResource } from './compile-resource.ts';
import { layOver, toBody, toHttpRequest } from './resource/to-http-request.ts';
import type { Session } from './session.ts';

/**
 * Proves that a connection works: gets credentials, then asks for the first page of the first resource that can be
 * read. Where none can, the base URL has to answer, whatever it says but that the credentials are wrong.
 */
export async function checkConnection(
  session: Session,
  resources: readonly CompiledResource[],
  signal: AbortSignal,
): Promise<void> {
  await session.client.authorize();
  const searches = resources.flatMap(({ read }) => (read === undefined ? [] : [read]));
  const search = searches.find(({ request }) => request.method === 'GET') ?? searches[0];
  if (search === undefined) return checkBaseUrl(session, signal);
  const scope = { config: session.config, where: {} };
  const { first } = search.startPaging({
    scope,
    origin: session.origin,
    mayLead: session.reach.mayLead,
    longest: 0,
  });
  const parts = layOver(await search.request.evaluate(scope), [first, search.shortPage]);
  const content = { parts, body: toBody(parts.body) };
  await session.client.send(toHttpRequest(session, search.request, content, search.use.read), signal);
}

/** What a base URL on its own answers says nothing: often there is nothing at it. */
function saysNothing(thrown: unknown): boolean {
  if (!(thrown instanceof Fault)) return false;
  return rowOf(thrown.code).about === 'record' || thrown.code === 'TL_SYSTEM_BAD_RESPONSE';
}

async function checkBaseUrl(session: Session, signal: AbortSignal): Promise<void> {
  try {
    await session.client.send(
      {
        operation: 'find',
        idempotent: true,
        expectsJson: false,
        method: 'GET',
        url: session.baseUrl,
        headers: session.headers,
        body: undefined,
        label: 'GET the base URL',
        at: undefined,
      },
      signal,
    );
  } catch (thrown) {
    if (!saysNothing(thrown)) throw thrown;
  }
}
