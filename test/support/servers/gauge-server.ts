import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Arrival {
  /** By the monotonic clock, in milliseconds. */
  readonly at: number;
  /** What the client says of itself in `x-client`. */
  readonly who: string;
}

/** A system that keeps when requests of those came who say who they are, and how many were under way at once. */
export interface GaugeServer extends AsyncDisposable {
  readonly url: string;
  readonly arrivals: readonly Arrival[];
  /** Under way right now, by client. */
  readonly underWay: ReadonlyMap<string, number>;
  /** Most that were under way at once, since `forget`. */
  most(): number;
  forget(): void;
  /** How long a request takes. */
  paceMs: number;
  /** Answered with 429 and this, once, while set. */
  retryAfterS: number | undefined;
}

export async function startGaugeServer(
  paceMs: number,
  answer: (path: string | undefined) => unknown = () => ({}),
): Promise<GaugeServer> {
  let arrivals: Arrival[] = [];
  const underWay = new Map<string, number>();
  let now = 0;
  let most = 0;
  const server = createServer((request, response) => {
    const who = request.headers['x-client'];
    if (typeof who !== 'string') {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify(answer(request.url)));
      return;
    }
    arrivals.push({ at: performance.now(), who });
    now += 1;
    most = Math.max(most, now);
    underWay.set(who, (underWay.get(who) ?? 0) + 1);
    // Also when the client is killed: its socket closes.
    response.on('close', () => {
      now -= 1;
      underWay.set(who, (underWay.get(who) ?? 0) - 1);
    });
    request.resume();
    const pause = self.retryAfterS;
    self.retryAfterS = undefined;
    setTimeout(() => {
      if (pause === undefined) response.writeHead(200, { 'content-type': 'application/json' });
      else response.writeHead(429, { 'retry-after': String(pause) });
      response.end(pause === undefined ? JSON.stringify(answer(request.url)) : '');
    }, self.paceMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: GaugeServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get arrivals() {
      return arrivals;
    },
    underWay,
    most: () => most,
    forget: () => {
      arrivals = [];
      most = now;
    },
    paceMs,
    retryAfterS: undefined,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}

/** Most requests that came within any second. */
export function mostInASecond(arrivals: readonly Arrival[]): number {
  let from = 0;
  let most = 0;
  arrivals.forEach(({ at }, index) => {
    while (at - (arrivals[from]?.at ?? at) >= 1_000) from += 1;
    most = Math.max(most, index - from + 1);
  });
  return most;
}

export function countBy(arrivals: readonly Arrival[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { who } of arrivals) counts[who] = (counts[who] ?? 0) + 1;
  return counts;
}
