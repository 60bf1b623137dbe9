import hubspot from '../../../connectors/hubspot/simulator.ts';
import { type RunningSimulator, startSimulator } from '../../../src/simulator/start-simulator.ts';

export interface SimulatedAccount {
  readonly simulator: RunningSimulator;
  readonly clock: TestClock;
  call(method: string, path: string, body?: unknown): Promise<Reply>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what the vendor's page shows
  readonly body: any;
}

export interface TestClock {
  now(): number;
  advance(ms: number): void;
}

export function createTestClock(start = Date.UTC(2026, 0, 5, 8, 0, 0)): TestClock {
  let now = start;
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
  };
}

export async function startAccount(size: Record<string, number> = {}): Promise<SimulatedAccount> {
  const clock = createTestClock();
  const simulator = await startSimulator(hubspot, { clock, size, seed: 7 });
  const token = String(simulator.config.accessToken);
  return {
    simulator,
    clock,
    call: (method, path, body) => request(simulator.url + path, { method, token, body }),
  };
}

export async function request(
  url: string,
  { method, token, body }: { method: string; token: string; body?: unknown },
): Promise<Reply> {
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

export function upsertInput(email: string, properties: Record<string, unknown> = {}, traceId?: string) {
  return {
    id: email,
    idProperty: 'email',
    properties,
    ...(traceId === undefined ? {} : { objectWriteTraceId: traceId }),
  };
}
