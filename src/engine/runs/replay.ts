import { Fault } from '../../contract/fault.ts';
import { keepAuditEntry } from '../../store/audit/keep-entry.ts';
import { saveDecisions } from '../../store/errors/decisions.ts';
import type { ErrorFilter } from '../../store/errors/errors.ts';
import { loadMade, type Replayable, saveRecords, takeForReplay } from '../../store/errors/replays.ts';
import type { NewBatch } from '../../store/line/batches.ts';
import type { Database } from '../../store/postgres/database.ts';
import { claimRun, endReading, insertRun } from '../../store/runs/runs.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { sourceOf } from '../decisions/source-of.ts';
import type { Engine } from '../engine.ts';
import { createLaneBatches, laneOf } from '../lanes/lane-batches.ts';
import { refuseDeep } from '../line/identify-record.ts';
import { settleRun } from './settle-run.ts';
import { stage } from './stage.ts';
import { keepPlan, type StartableFlow } from './start-run.ts';

export interface ReplayOptions {
  readonly filter: ErrorFilter;
  /** Who asked for it. */
  readonly by: string;
  /**
   * What a person makes of the native record before it is sent. A Fault that it throws ends the replay before anything
   * has changed.
   */
  readonly edit?: Edit;
  /** Errors that were no records until now: what is read again is known by its text, as it still has no key. */
  readonly unread?: ReadonlySet<number>;
  readonly way?: ReplayWay;
  /** Lanes of the flow as it is now, where it is replayed as it was: a key stays in its lane. */
  readonly lanes?: number;
}

/** How records go down the line again. */
export interface ReplayWay {
  /** The flow as it is now, or as it was when they failed. */
  readonly flowOf: 'now' | 'then';
  /**
   * Mapped anew; or from the stage that failed: what the target would not take is sent once more as it was. Those that
   * failed before there was anything to send begin at the start all the same.
   */
  readonly from: 'start' | 'stage';
}

export const usualWay: ReplayWay = Object.freeze({ flowOf: 'now', from: 'start' });

export type Edit = (error: Replayable) => Promise<Edited>;

/** The native record from then on; or why this one is not meant, and stays as it is. */
export type Edited = { readonly native: unknown } | { readonly leftOut: string };

/**
 * Sends the errors of one flow down the line again, under the flow as it is now, as a run of their own. An error
 * stays what it is until its record gets through. What a person makes of a record stands for as long as the source shows
 * the version that it was made of: should it fail again, its error holds it as it was sent. Returns the run's id, or
 * nothing if no error fits.
 */
export async function startReplay(
  engine: Engine,
  flow: StartableFlow,
  { filter, by, edit, unread = none, way = usualWay, lanes = flow.plan.delivery.lanes }: ReplayOptions,
): Promise<number | undefined> {
  await keepPlan(engine.db, flow);
  const runId = await engine.db.transaction().execute(async (tx) => {
    const asKept = await takeForReplay(tx, { ...filter, flow: flow.flow });
    if (asKept.length === 0) return undefined;
    const taken = edit === undefined ? asKept : await editAll(tx, asKept, { by, edit, unread });
    const id = await insertRun(tx, {
      flow: flow.flow,
      planHash: flow.hash,
      trigger: 'replay',
      options: { by },
    });
    await keepAuditEntry(tx, {
      ...{ deed: 'replay', by, flow: flow.flow, runId: id, count: taken.length },
      about: { errors: taken.map((error) => error.id), ...tellWay(way) },
    });
    await claimRun(tx, id, engine.limits.leaseMs);
    const sent = way.from === 'stage' ? await withMade(tx, taken) : taken;
    const batches = toBatches(flow.plan, lanes, sent);
    await stage(
      tx,
      { id, flow: flow.flow, leaseMs: engine.limits.leaseMs },
      { batches, letters: [], unchanged: 0, cursor: undefined },
    );
    await endReading(tx, id, undefined);
    return id;
  });
  if (runId === undefined) return undefined;
  for (let lane = 0; lane < lanes; lane++) await engine.wake.lane({ flow: flow.flow, lane });
  await settleRun(engine, runId);
  return runId;
}

const none: ReadonlySet<number> = new Set();

/** The errors as they are sent: each holds what was made of its record, and that is written down as a decision. */
async function editAll(
  tx: Database,
  errors: readonly Replayable[],
  { by, edit, unread }: Required<Pick<ReplayOptions, 'by' | 'edit' | 'unread'>>,
): Promise<readonly Replayable[]> {
  const edited: Replayable[] = [];
  for (const error of errors) {
    const made = await edit(error);
    if ('leftOut' in made) throw changedMeanwhile(error, made.leftOut);
    const { native } = made;
    refuseDeep(native, `error ${error.id} as it was changed`);
    const isSame = sourceOf({ native }) === sourceOf({ native: error.record.native });
    edited.push(isSame ? error : { ...error, record: { ...error.record, native } });
  }
  const changes = errors.flatMap((before, index) => {
    const after = edited[index];
    if (after === undefined || after === before) return [];
    return [{ before, after: { ...after, source: before.source ?? sourceOf(before.record) } }];
  });
  await saveRecords(
    tx,
    changes.map(({ after }) => after),
  );
  await saveDecisions(
    tx,
    { by },
    changes.map(({ before, after: { id, flow, source, record } }) => ({
      ...{ flow, key: unread.has(id) ? '' : record.key, source, version: record.version },
      ...{ kind: 'patched', errorId: id, original: before.record.native, patched: record.native },
    })),
  );
  return edited;
}

/** Those that an edit leaves out were not meant when it was tried: their records are other ones by now. */
function changedMeanwhile({ id, record }: Replayable, why: string): Fault {
  return new Fault('TL_ARGUMENT_INVALID', `error ${id} (${record.key}) has changed meanwhile: ${why}`);
}

/** Only what is not as usual. */
export function tellWay({ flowOf, from }: ReplayWay): Partial<ReplayWay> {
  return { ...(flowOf === 'then' && { flowOf }), ...(from === 'stage' && { from }) };
}

/** With what the target would not take, where there was anything to give: that is sent once more. */
export async function withMade(db: Database, errors: readonly Replayable[]): Promise<readonly Replayable[]> {
  const made = await loadMade(
    db,
    errors.map(({ id }) => id),
  );
  return errors.map((error) => {
    const own = made.get(error.id);
    return own === undefined ? error : { ...error, record: { ...error.record, made: own } };
  });
}

function toBatches(plan: Plan, lanes: number, errors: readonly Replayable[]): readonly NewBatch[] {
  const gathered = createLaneBatches(plan.delivery.batch);
  for (const { id, record } of errors) {
    gathered.add(laneOf(record.key, lanes), JSON.stringify({ ...record, errorId: id }));
  }
  return gathered.all();
}
