import { type ReplayWay, tellWay } from '../../engine/bulks/replay-way.ts';
import { refuseDeep } from '../../engine/line/identify-record.ts';
import type { UnreadOutcome } from '../../engine/patch/identify-unread.ts';
import { keepPlan } from '../../engine/runs/start-run.ts';
import { keepAuditEntry } from '../../store/audit/keep-entry.ts';
import { insertBulkItems, type NewBulkItem } from '../../store/bulks/bulk-items.ts';
import { insertBulk } from '../../store/bulks/bulks.ts';
import { saveIdentified } from '../../store/errors/replays.ts';
import { countDrifts, type DriftCount } from '../../store/shapes/drifts.ts';
import type { BulkDocument } from '../bulks/bulk-document.ts';
import { type BulkWatch, type FollowedBulk, followBulk } from '../bulks/follow-bulk.ts';
import type { Runtime } from '../engine/runtime.ts';
import { type Ending, endingOf, worstOf } from '../runs/ending.ts';
import { goesThrough } from './flows-of-errors.ts';
import type { PreparedReplay } from './prepare-replay.ts';

export interface ReplayDecision {
  readonly by: string;
  readonly reason?: string | undefined;
  /** Of the plan that was looked at before. */
  readonly planHash?: string | undefined;
}

/**
 * Freezes what was prepared as a set, which any process of the engine works off from then on; returns its handle, or
 * nothing where there is no whole record to any of the errors. Throws what refuses the replay.
 */
export async function makeReplay(
  { engine }: Pick<Runtime, 'engine'>,
  { flows, items, identified, refused, wish, patch, way }: PreparedReplay,
  { by, reason, planHash }: ReplayDecision,
): Promise<number | undefined> {
  if (refused) throw refused;
  const all = [...items, ...identified.map((error) => toUnreadItem(error, { way, flows }))];
  if (all.length === 0) return undefined;
  for (const { errorId, patched } of all) refuseDeep(patched, `error ${errorId} as it was changed`);
  const meant = new Set(all.map(({ planHash }) => planHash));
  const own = flows.filter(({ hash }) => meant.has(hash));
  for (const flow of own) await keepPlan(engine.db, flow);
  // As it was said: over which flows somebody may decide is not what they asked for.
  const { flows: _allowed, ...said } = wish;
  const connections = [...new Set(own.map(({ plan }) => plan.target.connection))];
  const id = await engine.db.transaction().execute(async (tx) => {
    await saveIdentified(tx, identified);
    const bulk = await insertBulk(tx, {
      ...{ kind: 'replay', by, reason, wish: said, planHash, connections },
      patch: patch?.wish,
      way: isUsual(way) ? undefined : way,
    });
    await insertBulkItems(tx, bulk, all);
    await keepAuditEntry(tx, { deed: 'make set', by, reason, count: all.length, about: { bulk } });
    return bulk;
  });
  await engine.wake.bulk(id);
  return id;
}

function isUsual(way: ReplayWay): boolean {
  return Object.keys(tellWay(way)).length === 0;
}

/** What could not be read has got a key; what a patch made of it is in its record already. */
function toUnreadItem(
  error: UnreadOutcome['records'][number],
  { way, flows }: Pick<PreparedReplay, 'way' | 'flows'>,
): NewBulkItem {
  const flow = flows.find(({ plan }) => goesThrough(way, plan, error));
  return {
    ...{ errorId: error.id, isUnread: true, patched: error.record.native },
    ...(flow && { planHash: flow.hash, lanes: flow.lanes }),
  };
}

export interface Replayed extends FollowedBulk {
  readonly drift: readonly DriftCount[];
  readonly ending: Ending;
}

/** Follows a set to its end, or to where nothing more happens for now. Whoever follows works it as well. */
export async function followReplay(runtime: Runtime, id: number, watch: BulkWatch): Promise<Replayed> {
  const followed = await followBulk(runtime, id, watch);
  const { runs, bulk } = followed;
  const drift = await countDrifts(runtime.engine.db, { runs: runs.map(({ run }) => run) });
  return { ...followed, drift, ending: worstOf([...runs.map(endingOf), endingOfBulk(bulk)]) };
}

function endingOfBulk({ state }: BulkDocument): Ending {
  if (state === 'done' || state === 'stopped') return 'clean';
  return state === 'paused' ? 'findings' : 'failed';
}
