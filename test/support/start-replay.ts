import type { ReplayWay } from '../../src/engine/bulks/replay-way.ts';
import { workChunk } from '../../src/engine/bulks/work-bulk.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { Edit } from '../../src/engine/patch/edit.ts';
import { keepPlan, type StartableFlow } from '../../src/engine/runs/start-run.ts';
import { insertBulkItems } from '../../src/store/bulks/bulk-items.ts';
import { listBulkRuns } from '../../src/store/bulks/bulk-runs.ts';
import { insertBulk, turnBulk } from '../../src/store/bulks/bulks.ts';
import { claimBulk } from '../../src/store/bulks/claims.ts';
import type { ErrorFilter } from '../../src/store/errors/errors.ts';
import { freezeReplayable, loadReplayable } from '../../src/store/errors/replays.ts';

export interface TestReplay {
  readonly filter: ErrorFilter;
  readonly by: string;
  /** What is sent instead of the native record. */
  readonly edit?: Edit;
  readonly unread?: ReadonlySet<number>;
  readonly way?: ReplayWay;
  /** Of the flow as it is now. */
  readonly lanes?: number;
}

/** Stages a set of errors of one flow; its lanes are left to the test. Returns the run, or nothing if no error fits. */
export async function startReplay(
  engine: Engine,
  flow: StartableFlow,
  { filter, by, edit, unread = new Set(), way, lanes }: TestReplay,
): Promise<number | undefined> {
  await keepPlan(engine.db, flow);
  const frozen = await freezeReplayable(engine.db, { ...filter, flow: flow.flow });
  if (frozen.length === 0) return undefined;
  const patched = new Map<number, unknown>();
  for (const one of edit ? await loadReplayable(engine.db, frozen) : []) {
    const edited = await edit?.(one);
    if (edited && 'native' in edited) patched.set(one.id, edited.native);
  }
  const id = await engine.db.transaction().execute(async (tx) => {
    const bulk = await insertBulk(tx, {
      ...{ kind: 'replay', by, wish: {}, patch: undefined, way, planHash: undefined, reason: undefined },
      connections: [flow.plan.target.connection],
    });
    const items = frozen.map(({ id: errorId, version }) => ({
      ...{ errorId, planHash: flow.hash, version, isUnread: unread.has(errorId) },
      patched: patched.get(errorId),
      ...(lanes !== undefined && { lanes }),
    }));
    await insertBulkItems(tx, bulk, items);
    return bulk;
  });
  const lease = { id, owner: engine.owner, leaseMs: engine.limits.leaseMs };
  await claimBulk(engine.db, lease);
  while ((await workChunk(engine, lease)).did === 'chunk');
  await turnBulk(engine.db, id, { from: ['running'], to: 'done' });
  return (await listBulkRuns(engine.db, id))[0];
}
