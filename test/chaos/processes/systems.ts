import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A simulated system in a process of its own, and its API as a client of it sees it. */
export interface System {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** One call of the system's own API; answers with the body. */
  call(method: string, path: string, body?: unknown): Promise<Json>;
  /** One call of the simulator's control. */
  control(path: string, body?: unknown): Promise<Json>;
  close(): void;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of four different systems, looked into at their known places
export type Json = any;

export interface Systems {
  readonly shop: System;
  readonly erp: System;
  readonly archive: System;
  readonly crm: System;
}

const customers = 130;
const products = 150;

export async function startSystems(seed: number): Promise<Systems> {
  const orders = { size: { customers, items: products }, markers: { salesOrders: 'sellToAddressLine2' } };
  const [shop, erp, archive, crm] = await Promise.all([
    startSystem('ordercloud', seed, {
      size: { orders: 150, customers, products },
      markers: { priceschedules: 'PriceBreaks.0.Price' },
    }),
    startSystem('business-central', seed, {
      size: { items: products },
      markers: { ...orders.markers, customers: 'taxRegistrationNumber' },
    }),
    startSystem('business-central', seed, orders),
    startSystem('hubspot', seed, { size: {}, markers: { contacts: 'properties.company' } }),
  ]);
  return { shop, erp, archive, crm };
}

async function startSystem(
  name: string,
  seed: number,
  { size, markers }: { readonly size: object; readonly markers: object },
): Promise<System> {
  const child = fork(
    fileURLToPath(new URL('system.ts', import.meta.url)),
    [name, String(seed), JSON.stringify(size), JSON.stringify(markers)],
    { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  const { url, config } = await new Promise<{ url: string; config: Record<string, string> }>(
    (resolve, reject) => {
      child.once('message', (message) => resolve(message as { url: string; config: Record<string, string> }));
      child.once('exit', (code) => reject(new Error(`the simulator of ${name} ended with ${code}`)));
    },
  );
  let token: string | undefined;
  const call = async (method: string, path: string, body?: unknown) => {
    // A fault may hit us as well as the engine: whoever changes the source is as stubborn.
    for (let tries = 0; ; tries++) {
      try {
        token ??= config['accessToken'] ?? (await signIn(name, url, config));
        return await request(method, path.startsWith('http') ? path : `${baseOf(name, config)}${path}`, {
          body,
          token,
        });
      } catch (thrown) {
        if (tries >= 20) throw thrown;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  return {
    name,
    config,
    call,
    control: (path, body) =>
      request(body === undefined ? 'GET' : 'POST', `${url}/_simulator/${path}`, { body }),
    close: () => child.kill('SIGKILL'),
  };
}

function baseOf(name: string, { baseUrl, company }: Readonly<Record<string, string>>): string {
  if (name === 'ordercloud') return `${baseUrl}/v1`;
  return name === 'hubspot' ? `${baseUrl}` : `${baseUrl}/companies(${company})`;
}

async function signIn(name: string, url: string, config: Readonly<Record<string, string>>): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: config['clientId'] ?? '',
    client_secret: config['clientSecret'] ?? '',
    ...(name === 'business-central' && { scope: 'https://api.businesscentral.dynamics.com/.default' }),
  });
  const response = await fetch(config['tokenUrl'] ?? `${url}/oauth/token`, { method: 'POST', body: form });
  if (!response.ok) throw new Error(`${name} refuses to sign us in: ${response.status}`);
  return ((await response.json()) as { access_token: string }).access_token;
}

async function request(
  method: string,
  url: string,
  { body, token }: { readonly body?: unknown; readonly token?: string },
): Promise<Json> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      'if-match': '*',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(3_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text.slice(0, 200)}`);
  return text === '' ? undefined : JSON.parse(text);
}
