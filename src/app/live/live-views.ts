import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FlowScope } from '../../contract/flow-scope.ts';
import type { Runtime } from '../engine/runtime.ts';
import { slowLookMs } from '../notices/run-notices.ts';
import { isNewsFor, type LiveEvent, type LiveNews } from './live-event.ts';
import { type LiveState, loadLiveState } from './live-state.ts';
import { tellChanges } from './tell-changes.ts';

/** An event with what it is known by. */
export interface NumberedEvent {
  readonly id: string;
  readonly event: LiveEvent;
}

export interface Onlooker {
  /** Over flows that they may see. */
  readonly scope: FlowScope;
  /** The last event that they had, if they come back. */
  readonly lastId: string | undefined;
  tell(event: NumberedEvent): void;
}

export interface LookingOn {
  /** What they have missed is not known any more: they look at everything anew. */
  readonly hasMissed: boolean;
  /** Where they stand: nothing after this is missed. */
  readonly id: string;
  close(): void;
}

/**
 * What changes, as it changes, for whoever looks on: of this process and, by looking at the database when there are
 * notices and every two seconds, of all others. Nobody looks while nobody looks on.
 */
export interface LiveViews {
  lookOn(onlooker: Onlooker): Promise<LookingOn>;
  close(): Promise<void>;
}

/** Events that are remembered for who comes back. */
const remembered = 1_000;
/** Not more often than this, however much happens. Milliseconds. */
const paceMs = 500;
/** So long after the last one has gone, it is remembered what happens. Milliseconds. */
const lingerMs = 60_000;

export function createLiveViews(
  runtime: Pick<Runtime, 'engine' | 'plans' | 'notices'>,
  { failed }: { readonly failed: (why: unknown) => void },
): LiveViews {
  const onlookers = new Set<Onlooker>();
  let looking: Looking | undefined;
  let linger: NodeJS.Timeout | undefined;
  const end = async () => {
    clearTimeout(linger);
    const ended = looking;
    looking = undefined;
    await ended?.close();
  };
  return {
    lookOn: async (onlooker) => {
      clearTimeout(linger);
      looking ??= startLooking(runtime, {
        failed,
        tell: (numbered, news) => {
          for (const each of onlookers) if (isNewsFor(news, each.scope)) each.tell(numbered);
        },
      });
      const { ready, since, last } = looking;
      try {
        await ready;
      } catch (thrown) {
        // The next one who comes looks by himself.
        await end();
        throw thrown;
      }
      const missed = since(onlooker.lastId);
      for (const { numbered, news } of missed ?? [])
        if (isNewsFor(news, onlooker.scope)) onlooker.tell(numbered);
      onlookers.add(onlooker);
      return {
        hasMissed: missed === undefined,
        id: last(),
        close: () => {
          onlookers.delete(onlooker);
          if (onlookers.size > 0) return;
          clearTimeout(linger);
          linger = setTimeout(() => void end(), lingerMs).unref();
        },
      };
    },
    close: end,
  };
}

interface Told {
  readonly seq: number;
  readonly numbered: NumberedEvent;
  readonly news: LiveNews;
}

interface Looking {
  /** Once it is known how all stands. */
  readonly ready: Promise<void>;
  /** What has been told since; `undefined` where that is not known. Nothing, for who comes for the first time. */
  since(id: string | undefined): readonly Told[] | undefined;
  last(): string;
  close(): Promise<void>;
}

interface Teller {
  readonly failed: (why: unknown) => void;
  readonly tell: (numbered: NumberedEvent, news: LiveNews) => void;
}

function startLooking(
  runtime: Pick<Runtime, 'engine' | 'plans' | 'notices'>,
  { failed, tell }: Teller,
): Looking {
  const memory = createMemory();
  const stopping = new AbortController();
  const following = runtime.notices.follow('all');
  let state: LiveState | undefined;
  const look = async () => {
    const before = state;
    state = await loadLiveState(runtime, before);
    if (before === undefined) return;
    for (const news of tellChanges(before, state, runtime.engine.clock.now())) tell(memory.add(news), news);
  };
  const ready = look();
  const goOn = async () => {
    // Whoever waits for the first look is told why there is none.
    await ready.catch(() => {});
    while (!stopping.signal.aborted) {
      await sleep(paceMs, undefined, { signal: stopping.signal }).catch(() => {});
      await following.next(slowLookMs, stopping.signal);
      if (stopping.signal.aborted) return;
      // The next look finds what has changed since the last one that there was.
      await look().catch(failed);
    }
  };
  const going = goOn();
  return {
    ready,
    since: memory.since,
    last: memory.last,
    close: async () => {
      stopping.abort();
      following.close();
      await going;
    },
  };
}

/** Each process counts for itself: what another one has told is not known here. */
function createMemory() {
  const name = randomUUID().slice(0, 8);
  const told: Told[] = [];
  let seq = 0;
  return {
    add: (news: LiveNews): NumberedEvent => {
      seq += 1;
      const numbered = { id: `${name}-${seq}`, event: news.event };
      told.push({ seq, numbered, news });
      if (told.length > remembered) told.shift();
      return numbered;
    },
    last: () => `${name}-${seq}`,
    since: (id: string | undefined): readonly Told[] | undefined => {
      if (id === undefined) return [];
      const [, of, count] = /^([0-9a-f]{8})-(\d{1,15})$/.exec(id) ?? [];
      const after = Number(count);
      const isKnown = of === name && after <= seq && after >= seq - told.length;
      return isKnown ? told.filter((each) => each.seq > after) : undefined;
    },
  };
}
