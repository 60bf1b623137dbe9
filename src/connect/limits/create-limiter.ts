import type { ConnectorLog } from '../../contract/connector.ts';
import { toFault } from '../../contract/fault.ts';
import type { SharedSlots, SharedTurns } from '../../contract/shared-limits.ts';
import { createAlarm, type LimiterTime, machineTime } from './create-alarm.ts';
import { createWaiters } from './create-waiters.ts';
import { next, wakeAt } from './next.ts';
import { type LimitEffect, type LimitEvent, openState, type RequestId } from './state.ts';
import { computePace } from './turns.ts';

/** Keeps the requests of one connection within its limits. */
export interface Limiter {
  /** Sends once there is a place. Rejects with the signal's reason if it is aborted before. */
  run<Result>(send: () => Promise<Result>, signal: AbortSignal): Promise<Result>;
  /** Resolves when the next request may go, `undefined` if it may at once; rejects as {@link run} does. */
  takeTurn(signal: AbortSignal): Promise<void> | undefined;
  /** Nobody goes for so long: the system asked for a pause. */
  pause(ms: number): void;
  close(): Promise<void>;
}

export interface LimiterOptions {
  readonly concurrency: number;
  readonly requestsPerSecond: number | undefined;
  /** Of the places and turns that are shared with other processes. */
  readonly slots: SharedSlots | undefined;
  readonly turns: SharedTurns | undefined;
  readonly log: ConnectorLog;
  readonly time?: LimiterTime;
}

/** The shell around {@link next}: it has the clock, the promises of those who wait, and the database. */
export function createLimiter(options: LimiterOptions): Limiter {
  const { concurrency, requestsPerSecond, slots, turns, time = machineTime } = options;
  const pace = computePace(requestsPerSecond);
  let state = openState({ concurrency, leaseMs: slots?.leaseMs, pace, sharesTurns: turns !== undefined });
  const waiters = createWaiters();
  const ending = Promise.withResolvers<void>();
  const alarm = createAlarm(time, () => dispatch({ type: 'time' }));
  const call = createCalls(options, (event) => dispatch(event));

  const dispatch = (event: LimitEvent): void => {
    const step = next(state, event, time.now());
    state = step.state;
    for (const effect of step.effects) {
      if (effect.do === 'grant') waiters.grant(effect.id);
      else if (effect.do === 'refuse') waiters.refuse(effect.id);
      else call(effect);
    }
    alarm.set(wakeAt(state));
    if (state.isEnded) ending.resolve();
  };
  const wantPlace = (id: RequestId) => dispatch({ type: 'place wanted', id });
  const wantTurn = (id: RequestId) => dispatch({ type: 'turn wanted', id });
  const leave = (id: RequestId) => dispatch({ type: 'aborted', id });

  return {
    async run(send, signal) {
      const place = waiters.wait(signal, wantPlace, leave);
      if (place !== undefined) await place;
      try {
        return await send();
      } finally {
        dispatch({ type: 'place left' });
      }
    },
    takeTurn(signal) {
      if (requestsPerSecond === undefined && time.now() >= state.nextTurnAt) return undefined;
      return waiters.wait(signal, wantTurn, leave);
    },
    pause: (ms) => dispatch({ type: 'pause', ms }),
    close() {
      if (!state.isClosed) dispatch({ type: 'close' });
      return ending.promise;
    },
  };
}

type Call = Exclude<LimitEffect, { do: 'grant' } | { do: 'refuse' }>;

/** What is asked of the database, and how it answers. */
function createCalls({ slots, turns, log }: LimiterOptions, dispatch: (event: LimitEvent) => void) {
  const failSlots = (thrown: unknown) => dispatch({ type: 'slots failed', thrown });
  const failTurns = () => dispatch({ type: 'turns failed' });
  const addSlots = (taken: readonly number[]) => dispatch({ type: 'slots taken', slots: taken });
  return (effect: Call): void => {
    if (effect.do === 'look')
      slots?.look({ wait: effect.wait }).then((seen) => dispatch({ type: 'slots seen', seen }), failSlots);
    else if (effect.do === 'take slots') slots?.take(effect.slots).then(addSlots, failSlots);
    else if (effect.do === 'give slots') slots?.give(effect.slots).then(() => addSlots([]), failSlots);
    else if (effect.do === 'take turns')
      turns?.take(effect.count).then((waitMs) => dispatch({ type: 'turns taken', waitMs }), failTurns);
    // Where the others cannot be told, this process holds back at least.
    else if (effect.do === 'pause others') turns?.pause(effect.ms).catch(() => {});
    else log.warn('limits.unconfirmed', { code: toFault(effect.thrown).code });
  };
}
