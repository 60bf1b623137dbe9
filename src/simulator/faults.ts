import { createRandom, deriveSeed, type Random } from './random.ts';

/**
 * What may go wrong with one request. Before the system sees it: `unavailable`, `throttled`, `hang`, `cut`, and `denied`,
 * a refusal with 200. After it has committed: `lostReply`, and answers that are none, with 200: `html`, `empty`, `blank`
 * (`{}`), `truncated`. In between: `late` takes up to `lateMs` before it commits and answers, `lateCut` cuts the line
 * before that.
 */
export const faultKinds = [
  'unavailable',
  'throttled',
  'hang',
  'cut',
  'lostReply',
  'denied',
  'late',
  'lateCut',
  'html',
  'empty',
  'blank',
  'truncated',
] as const;

export type InjectedFault = (typeof faultKinds)[number];

/** Probability of each fault per request, 0..1; what is not named is 0. Together they should stay below 1. */
export type FaultRates = { readonly [kind in InjectedFault]?: number };

export interface FaultMatch {
  readonly method?: string;
  /** Beginning of the path, such as `/v1/orders`. */
  readonly path?: string;
}

export interface FaultSettings extends FaultRates {
  /** Starts the fault sequence anew. */
  readonly seed?: number;
  /** The longest that a late commit takes, in milliseconds; 10 s to begin with. */
  readonly lateMs?: number;
}

export interface FaultInjection {
  /** Replaces all rates. */
  set(settings: FaultSettings): void;
  /** The next `count` requests that match fail in this way, whatever the rates say. */
  next(kind: InjectedFault, count: number, match?: FaultMatch): void;
  /** No faults any more, neither by rate nor scheduled. */
  clear(): void;
  /** How many of each kind have been injected. */
  injected(): Readonly<Record<InjectedFault, number>>;
}

/** The side of the injection that the server asks, once per request. */
export interface FaultSource extends FaultInjection {
  draw(method: string, path: string): InjectedFault | undefined;
  /** How long the next late commit takes, in milliseconds. */
  drawLateMs(): number;
}

interface Scheduled {
  readonly kind: InjectedFault;
  readonly match: FaultMatch;
  left: number;
}

export function createFaults(seed: number): FaultSource {
  let random = createRandom(seed);
  let rates: FaultRates = {};
  let scheduled: Scheduled[] = [];
  let lateMs = 10_000;
  // Its own: what is late does not change which faults come.
  let lateRandom = createRandom(deriveSeed(seed, 'late', 0));
  const injected = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<InjectedFault, number>;
  return {
    set: ({ seed: newSeed, lateMs: newLateMs, ...newRates }) => {
      rates = newRates;
      lateMs = newLateMs ?? lateMs;
      if (newSeed === undefined) return;
      random = createRandom(newSeed);
      lateRandom = createRandom(deriveSeed(newSeed, 'late', 0));
    },
    next: (kind, count, match = {}) => {
      scheduled.push({ kind, match, left: count });
    },
    clear: () => {
      rates = {};
      scheduled = [];
    },
    injected: () => ({ ...injected }),
    draw: (method, path) => {
      const kind = takeScheduled(scheduled, method, path) ?? drawByRate(rates, random);
      if (kind !== undefined) injected[kind] += 1;
      return kind;
    },
    drawLateMs: () => Math.round(lateMs * lateRandom.next()),
  };
}

function takeScheduled(scheduled: Scheduled[], method: string, path: string): InjectedFault | undefined {
  const hit = scheduled.find(
    ({ match, left }) =>
      left > 0 &&
      (match.method === undefined || match.method.toUpperCase() === method) &&
      (match.path === undefined || path.startsWith(match.path)),
  );
  if (hit === undefined) return undefined;
  hit.left -= 1;
  return hit.kind;
}

/** One draw per request, however many kinds there are: the sequence does not shift when a rate is changed. */
function drawByRate(rates: FaultRates, random: Random): InjectedFault | undefined {
  let draw = random.next();
  for (const kind of faultKinds) {
    draw -= rates[kind] ?? 0;
    if (draw < 0) return kind;
  }
  return undefined;
}
