import { createRandom, type Random } from './random.ts';

/**
 * What may go wrong with one request. `unavailable`, `throttled`, `hang` and `cut` happen before the system
 * sees it; `lostReply` happens after it has committed.
 */
export const faultKinds = ['unavailable', 'throttled', 'hang', 'cut', 'lostReply'] as const;

export type InjectedFault = (typeof faultKinds)[number];

/** Probability of each fault per request, 0..1; what is not named is 0. Together they should stay below 1. */
export type FaultRates = { readonly [kind in InjectedFault]?: number };

export interface FaultMatch {
  readonly method?: string;
  /** Beginning of the path, such as `/v1/orders`. */
  readonly path?: string;
}

export interface FaultInjection {
  /** Replaces all rates; `seed` starts the fault sequence anew. */
  set(rates: FaultRates & { readonly seed?: number }): void;
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
  const injected = { unavailable: 0, throttled: 0, hang: 0, cut: 0, lostReply: 0 };
  return {
    set: ({ seed: newSeed, ...newRates }) => {
      rates = newRates;
      if (newSeed !== undefined) random = createRandom(newSeed);
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
