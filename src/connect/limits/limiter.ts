import type { ConnectionWatch } from '../../contract/connection-watch.ts';
import type { ConnectorLog } from '../../contract/connector.ts';
import { Fault, toFault } from '../../contract/fault.ts';
import type { SharedSlots, SharedTurns, SlotsWish } from '../../contract/shared-limits.ts';
import type { Operation } from '../http/operation.ts';
import { markUnsent } from '../http/unsent.ts';
import { ConcurrencyFinder, type ConcurrencyRange } from './concurrency-finder.ts';
import { type LimitEvent, type LimitState, next, wakeAt } from './next.ts';
import { hasPlace, isGivenBack, startPlaces } from './places.ts';
import { computePace, startTurns } from './turns.ts';
import { WaitingLine } from './waiting-line.ts';

export interface LimiterOptions {
  /** How many at once; within a range, as many as serve the system best. */
  readonly concurrency: number | ConcurrencyRange;
  readonly requestsPerSecond: number | undefined;
  /** Of the places and turns that are shared with other processes. */
  readonly slots: SharedSlots | undefined;
  readonly turns: SharedTurns | undefined;
  readonly log: ConnectorLog;
  readonly watch?: ConnectionWatch | undefined;
}

/** Keeps the requests of one connection within its limits: the shell around {@link next}. */
export class Limiter {
  readonly #options: LimiterOptions;
  readonly #places = new WaitingLine();
  readonly #turns = new WaitingLine();
  readonly #requests = {
    ...{ busy: 0, peak: 0 },
    waiting: () => this.#places.length,
    inLine: () => this.#turns.length,
  };
  readonly #finder: ConcurrencyFinder | undefined;
  readonly #ending = Promise.withResolvers<void>();
  #state: LimitState;
  #wakeAt = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LimiterOptions) {
    const { concurrency, requestsPerSecond, slots, turns } = options;
    this.#options = options;
    this.#finder = typeof concurrency === 'number' ? undefined : new ConcurrencyFinder(concurrency);
    this.#state = {
      places: startPlaces(typeof concurrency === 'number' ? concurrency : concurrency.from, slots?.leaseMs),
      turns: startTurns(computePace(requestsPerSecond), turns && 0),
    };
  }

  /** Sends once there is a place. Rejects with the signal's reason if it is aborted before. */
  async run<Result>(send: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    if (this.#places.length > 0 || !this.#enter()) await this.#join(this.#places, signal);
    try {
      return await send();
    } finally {
      this.#requests.busy -= 1;
      this.#fill();
      this.#heed();
    }
  }

  /** Resolves when the next request may go, `undefined` where none has to wait; rejects as {@link run} does. */
  takeTurn(signal: AbortSignal): Promise<void> | undefined {
    const { nextAt } = this.#state.turns;
    const isPaused = nextAt > 0 && nextAt > performance.now();
    return isPaused || this.#options.requestsPerSecond !== undefined
      ? this.#join(this.#turns, signal)
      : undefined;
  }

  /** Nobody goes for so long: the system asked for a pause. */
  pause(ms: number): void {
    this.#dispatch({ type: 'paused', ms });
    // Where the others cannot be told, this process holds back at least.
    this.#options.turns?.pause(ms).catch(() => {});
  }

  /** An answer came `ms` after its request was sent. */
  noteAnswer(operation: Operation, ms: number): void {
    this.#finder?.noteAnswer(operation, ms, this.#places.length > 0, performance.now());
    this.#follow();
  }

  /** The system asked for patience, was away, or did not answer in time. */
  noteTrouble(): void {
    this.#finder?.noteTrouble(performance.now());
    this.#follow();
  }

  /** Who waits is sent away. Slots in use are renewed until their requests have come to an end. */
  close(): Promise<void> {
    for (const line of [this.#places, this.#turns]) line.refuse(closed());
    this.#dispatch({ type: 'concurrency changed', concurrency: 0 });
    return this.#ending.promise;
  }

  #follow(): void {
    const { concurrency } = this.#state.places;
    const found = this.#finder?.concurrency ?? concurrency;
    if (found === concurrency || concurrency === 0) return;
    this.#options.log.debug('limits.concurrency', { concurrency: found });
    this.#dispatch({ type: 'concurrency changed', concurrency: found });
  }

  #enter(): boolean {
    if (!hasPlace(this.#state.places, this.#requests.busy)) return false;
    this.#requests.busy += 1;
    this.#requests.peak = Math.max(this.#requests.peak, this.#requests.busy);
    return true;
  }

  #fill(): void {
    while (this.#places.length > 0 && this.#enter()) this.#places.letGo(1);
  }

  #join(line: WaitingLine, signal: AbortSignal): Promise<void> {
    if (this.#state.places.concurrency === 0) return Promise.reject(closed());
    const joined = line.join(signal);
    this.#heed();
    const { watch } = this.#options;
    return watch === undefined ? joined : measured(joined, watch);
  }

  /** Something may be due sooner than it was, or at an end. */
  #heed(): void {
    const isSooner = wakeAt(this.#state, this.#requests) < this.#wakeAt;
    if (isSooner || this.#state.places.concurrency === 0) this.#dispatch({ type: 'moved on' });
  }

  #dispatch(event: LimitEvent): void {
    const { since } = this.#state.places;
    const { state, going, turns, slots } = next(this.#state, event, this.#requests, performance.now());
    this.#state = state;
    if (state.places.since !== since) this.#requests.peak = this.#requests.busy;
    this.#turns.letGo(going);
    this.#fill();
    if (turns > 0) this.#askForTurns(turns);
    if (slots !== undefined) this.#askForSlots(slots);
    clearTimeout(this.#timer);
    this.#wakeAt = wakeAt(state, this.#requests);
    const ms = Math.max(0, Math.ceil(this.#wakeAt - performance.now()));
    if (ms < Number.POSITIVE_INFINITY)
      this.#timer = setTimeout(() => this.#dispatch({ type: 'moved on' }), ms);
    const isIdle = this.#requests.busy === 0 && state.turns.asked === 0 && isGivenBack(state.places);
    if (isIdle && state.places.concurrency === 0) this.#ending.resolve();
  }

  #askForTurns(count: number): void {
    this.#options.turns?.take(count).then(
      (waitMs) => this.#dispatch({ type: 'turns taken', waitMs }),
      () => this.#dispatch({ type: 'turns failed' }),
    );
  }

  #askForSlots(wish: SlotsWish): void {
    const miss = (thrown: unknown) => {
      const { isAway } = this.#state.places;
      this.#dispatch({ type: 'slots failed' });
      if (isAway || !this.#state.places.isAway) return;
      this.#options.log.warn('limits.unconfirmed', { code: toFault(thrown).code });
    };
    this.#options.slots?.share(wish).then((seen) => this.#dispatch({ type: 'slots seen', seen }), miss);
  }
}

/** Whoever gives up has waited as well. */
async function measured(waiting: Promise<void>, watch: ConnectionWatch): Promise<void> {
  const since = performance.now();
  await waiting.finally(() => watch.waited(performance.now() - since));
}

/** What those get who wait for a connection that is closed. */
function closed(): Fault {
  return markUnsent(new Fault('TL_SYSTEM_UNREACHABLE', 'the connection was closed before it was sent'));
}
