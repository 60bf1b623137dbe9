import { setTimeout as sleep } from 'node:timers/promises';
import { loadBulk } from '../../store/bulks/bulks.ts';
import type { Runtime } from '../engine/runtime.ts';
import { followRun, type Watch } from '../runs/follow/follow-run.ts';
import type { RunDocument } from '../runs/run-document.ts';
import { type BulkDocument, toBulkDocument } from './bulk-document.ts';
import { requireBulk } from './bulks.ts';

export interface FollowedBulk {
  readonly bulk: BulkDocument;
  /** The runs in which its records were sent, as far as they could be followed. */
  readonly runs: readonly RunDocument[];
}

export interface BulkWatch extends Watch {
  /** The sets that it waits for, whenever these are others. */
  readonly tellAhead?: (ids: readonly number[]) => void;
}

/** Nobody waits longer for a set in front that does not get on, once a process that worked it would have lost it. */
const patienceMs = 15_000;
const lookMs = { first: 10, longest: 200 };

/**
 * Follows a set to its end, or to where nothing more happens for now: it or its flow is paused, or its records wait for a
 * system.
 * `stop` ends the following, not the set. Sets in front of it that nobody works are worked here as well.
 */
export async function followBulk(runtime: Runtime, id: number, watch: BulkWatch): Promise<FollowedBulk> {
  const { engine } = runtime;
  const runs = new Map<number, RunDocument>();
  const isIdle = watchIdle(runtime);
  let toldAhead = '';
  for (let ms = lookMs.first; ; ms = Math.min(2 * ms, lookMs.longest)) {
    const bulk = await toBulkDocument(engine.db, await requireBulk(engine.db, id));
    const fresh = bulk.runs.find((run) => !runs.has(run));
    const ended = () => ({ bulk, runs: [...runs.values()] });
    if (fresh !== undefined) {
      const { document } = await followRun(runtime, fresh, watch);
      runs.set(fresh, document);
      if (isStuck(document))
        return { ...ended(), bulk: await toBulkDocument(engine.db, await requireBulk(engine.db, id)) };
      ms = lookMs.first;
      continue;
    }
    if (isOver(bulk) || watch.stop.aborted) return ended();
    const ahead = bulk.waitsFor ?? [];
    if (ahead.join() !== toldAhead && ahead.length > 0) watch.tellAhead?.(ahead);
    toldAhead = ahead.join();
    for (const each of ahead) await engine.wake.bulk(each);
    if (ahead.length > 0 && (await isIdle(ahead))) return ended();
    await sleep(ms, undefined, { signal: watch.stop }).catch(() => {});
  }
}

/** It waits for a system, or for a person. */
function isStuck({ status }: RunDocument): boolean {
  return status === 'waiting' || status === 'held' || status === 'running' || status === 'queued';
}

function isOver({ state, fault }: BulkDocument): boolean {
  // A pause may take days.
  if (state === 'waiting' && fault?.code === 'TL_PAUSED') return true;
  return state === 'done' || state === 'stopped' || state === 'paused';
}

/** Have the sets in front stood still for so long that nobody waits for them? */
function watchIdle({ engine }: Runtime): (ids: readonly number[]) => Promise<boolean> {
  let seen = '';
  let since = engine.clock.now();
  return async (ids) => {
    const documents = await Promise.all(
      ids.map(async (id) => {
        const bulk = await loadBulk(engine.db, id);
        return bulk && (await toBulkDocument(engine.db, bulk));
      }),
    );
    const now = JSON.stringify(documents);
    if (now !== seen) since = engine.clock.now();
    seen = now;
    return engine.clock.now() - since > engine.limits.leaseMs + patienceMs;
  };
}
