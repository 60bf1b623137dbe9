import businessCentral from '../../../connectors/business-central/simulator.ts';
import type { Clock } from '../../../src/contract/connector.ts';
import { type RunningSimulator, startSimulator } from '../../../src/simulator/start-simulator.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into bodies of many shapes
  readonly body: any;
}

export interface Erp {
  readonly simulator: RunningSimulator;
  /** Address of the company. */
  readonly company: string;
  readonly token: string;
  /** `path` below the company, or absolute. Signed in, JSON both ways. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  close(): Promise<void>;
}

/** A clock that stands still until it is moved. */
export function createClock(start: string): Clock & { forward(ms: number): void } {
  let now = Date.parse(start);
  return {
    now: () => now,
    forward: (ms) => {
      now += ms;
    },
  };
}

export async function startErp(size: Record<string, number> = {}, clock?: Clock): Promise<Erp> {
  const options = clock === undefined ? {} : { clock };
  const simulator = await startSimulator(businessCentral, {
    size: { items: 60, customers: 3, ...size },
    ...options,
  });
  const company = `${simulator.config['baseUrl']}/companies(${simulator.config['company']})`;
  const { body } = await requestToken(simulator, {});
  const token = body.access_token;
  return {
    simulator,
    company,
    token,
    call: (method, path, body, headers) =>
      send(
        method,
        path.startsWith('http') ? path : company + path,
        {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body === undefined ? undefined : JSON.stringify(body),
      ),
    close: () => simulator.close(),
  };
}

export function requestToken(simulator: RunningSimulator, changes: Record<string, string>): Promise<Reply> {
  const { tokenUrl, clientId, clientSecret } = simulator.config;
  const form = {
    grant_type: 'client_credentials',
    client_id: String(clientId),
    client_secret: String(clientSecret),
    scope: 'https://api.businesscentral.dynamics.com/.default',
    ...changes,
  };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return send('POST', String(tokenUrl), headers, new URLSearchParams(form).toString());
}

export async function send(
  method: string,
  url: string,
  headers: Record<string, string>,
  body?: string,
): Promise<Reply> {
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

export function filtered(set: string, filter: string, more = ''): string {
  return `/${set}?$filter=${encodeURIComponent(filter)}${more}`;
}

export function line(sku: string, quantity: number, unitPrice?: number): Record<string, unknown> {
  return {
    lineType: 'Item',
    lineObjectNumber: sku,
    quantity,
    ...(unitPrice === undefined ? {} : { unitPrice }),
  };
}
