import { setTimeout as sleep } from 'node:timers/promises';
import type { Following } from '../../app/notices/following.ts';
import type { RunView } from '../../app/runs/follow/run-view.ts';
import type { Ask } from '../../client/create-client.ts';
import type { Clock } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';

/** From one look at a run to the next, in milliseconds: what is over in a moment is not waited for longer than that. */
const lookMs = { first: 100, longest: 1_000 };
/** A server that is started again is back by then. */
const patienceMs = 60_000;
/** What a server that is not there, or a proxy in front of it, has to say. */
const passing: ReadonlySet<string> = new Set([
  'TL_SYSTEM_UNREACHABLE',
  'TL_SYSTEM_BAD_RESPONSE',
  'TL_STORE_UNAVAILABLE',
  'TL_TOO_MANY_REQUESTS',
]);

interface ServerViewParts {
  readonly ask: Ask;
  readonly clock: Clock;
  /** Of the flow whose runs are followed. */
  readonly run: number;
  /** Called whenever a look is worth it, once it has been given something to call. */
  readonly onNews: (wake: () => void) => void;
}

/** Runs as a server tells of them. */
export function createServerView({ ask, clock, run, onNews }: ServerViewParts): RunView {
  let awaySince: number | undefined;
  const there = <Answer>(answer: Answer): Answer => {
    awaySince = undefined;
    return answer;
  };
  return {
    now: () => clock.now(),
    look: async (id, { mark, idleMs, patienceMs: most }) => {
      const seen = {
        ...(mark !== undefined && { mark }),
        idleMs,
        ...(most !== undefined && { patienceMs: most }),
      };
      const { run: document, ...rest } = there(await ask('followRun', { run: id, ...seen }));
      return { document, ...rest };
    },
    countReleased: async () => there(await ask('followRun', { run })).released,
    follow: () => createPolling(onNews),
    isOutage: (thrown) => {
      if (!(thrown instanceof Fault) || !passing.has(thrown.code)) return false;
      awaySince ??= clock.now();
      return clock.now() - awaySince < patienceMs;
    },
  };
}

/** Looks when there is news, and now and then by itself: news may be lost, or not be to be had. */
function createPolling(onNews: ServerViewParts['onNews']): Following {
  let ms = lookMs.first;
  let news = new AbortController();
  onNews(() => news.abort());
  return {
    next: async (mostMs, stop) => {
      const signal = AbortSignal.any([stop, news.signal]);
      await sleep(Math.min(ms, mostMs), undefined, { signal }).catch(() => {});
      news = new AbortController();
      ms = Math.min(1.5 * ms, lookMs.longest);
    },
    close: () => onNews(() => {}),
  };
}
