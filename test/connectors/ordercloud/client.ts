import simulator from '../../../connectors/ordercloud/simulator.ts';
import { type RunningSimulator, startSimulator } from '../../../src/simulator/start-simulator.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what a test looks at
  readonly body: any;
}

export interface OrderCloud extends RunningSimulator {
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  tick(ms: number): void;
}

export const smallSize = { orders: 60, customers: 40, products: 50 };

/** A small marketplace, its clock in the hands of the test, and a client that has logged in. */
export async function startOrderCloud(
  size: Readonly<Record<string, number>> = smallSize,
): Promise<OrderCloud> {
  let now = Date.parse('2026-03-01T12:00:00Z');
  const running = await startSimulator(simulator, { size, clock: { now: () => now } });
  const { access_token: token } = (await login(running)).body;
  return {
    ...running,
    call: (method, path, body) => send(running, method, path, { token, body }),
    tick: (ms) => {
      now += ms;
    },
  };
}

/** Asks for a token; the fields are laid over those that work. */
export async function login(
  running: RunningSimulator,
  fields: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const { clientId, clientSecret } = running.config;
  const form = {
    grant_type: 'client_credentials',
    client_id: String(clientId),
    client_secret: String(clientSecret),
  };
  const body = new URLSearchParams({ ...form, ...fields });
  return toAnswer(await fetch(`${running.url}/oauth/token`, { method: 'POST', body }));
}

export async function send(
  { url }: RunningSimulator,
  method: string,
  path: string,
  { token, body }: { readonly token?: string; readonly body?: unknown },
): Promise<Answer> {
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  return toAnswer(await fetch(`${url}${path}`, init));
}

async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}
