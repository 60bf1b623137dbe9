import { hash } from 'node:crypto';
import { toFault } from '../../contract/fault.ts';
import type { Deviation } from '../../schema/deviation.ts';
import { isLearned } from '../../schema/shape/accept-change.ts';
import { learnShape, type ShapeChange } from '../../schema/shape/learn-shape.ts';
import { mergeShape } from '../../schema/shape/merge-shape.ts';
import { type LearnedShape, parseShape, toJson } from '../../schema/shape/shape.ts';
import { toDeviation } from '../../schema/to-deviation.ts';
import { recordDrifts } from '../../store/shapes/drifts.ts';
import { loadShape, lockShape, type ShapeOf, updateShape } from '../../store/shapes/shapes.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { Engine } from '../engine.ts';
import { type DriftTally, tallyRecord, toNewDrifts } from './tally-drift.ts';

/** Compares the records of a resource with those before them. */
export interface ShapeWatch {
  /** Looks at a record as its system gives it. */
  see(record: unknown): void;
  /**
   * Keeps what was learned and what was not as before since the last time. Nothing of either, as with most records:
   * no statement. It never fails: records are not held up for the sake of what is said of them.
   */
  keep(at: { readonly flow: string; readonly runId: number }): Promise<void>;
}

/** What a flow asks for may be another part of the records than what others ask for: that has a shape of its own. */
export async function watchSource(engine: Engine, { source }: Plan): Promise<ShapeWatch> {
  const { connection, resource, where } = source;
  const selection = Object.keys(where).length === 0 ? '' : hash('sha256', JSON.stringify(where), 'hex');
  return await openWatch(engine, { side: 'source', connection, resource: resource.name, selection });
}

/** Records that the target has, as it gives them when it is asked. */
export async function watchTarget(engine: Engine, { target }: Plan): Promise<ShapeWatch> {
  const { connection, resource } = target;
  return await openWatch(engine, { side: 'target', connection, resource: resource.name, selection: '' });
}

async function openWatch(engine: Engine, of: ShapeOf): Promise<ShapeWatch> {
  const learned = await openShape(engine, of);
  let tally: DriftTally = new Map();
  return {
    see: (record) => {
      const met: Deviation[] = [];
      learnShape(learned, record, (change) => met.push(asDeviation(of.side, change)));
      if (met.length > 0) tallyRecord(tally, met);
    },
    keep: async ({ flow, runId }) => {
      if (!learned.isChanged && tally.size === 0) return;
      const met = tally;
      tally = new Map();
      const at = { flow, runId, side: of.side, connection: of.connection, resource: of.resource };
      try {
        const opened = await keepShape(engine, of, { learned, met, at });
        if (opened.length > 0) engine.log.drifted(at, opened);
      } catch (thrown) {
        learned.isChanged = true;
        engine.log.driftLost(at, toFault(thrown));
      }
    },
  };
}

/** Once for each process: what it knows and others do not, or the other way round, meets where it is kept. */
async function openShape({ db, shapes }: Engine, of: ShapeOf): Promise<LearnedShape> {
  const name = JSON.stringify([of.side, of.connection, of.resource, of.selection]);
  const known = shapes.get(name);
  if (known) return known;
  const opening = loadShape(db, of).then(parseShape);
  shapes.set(name, opening);
  opening.catch(() => shapes.delete(name));
  return await opening;
}

/** What somebody has accepted meanwhile, or another process has learned, is not reported any more. */
async function keepShape(
  { db }: Engine,
  of: ShapeOf,
  { learned, met, at }: { readonly learned: LearnedShape; readonly met: DriftTally; readonly at: DriftAt },
): ReturnType<typeof recordDrifts> {
  return await db.transaction().execute(async (tx) => {
    const stored = await lockShape(tx, of);
    mergeShape(learned, parseShape(stored.shape));
    const strange = new Map([...met].filter(([, { deviation }]) => !isLearned(learned, deviation)));
    if (learned.isChanged) {
      learned.isChanged = false;
      await updateShape(tx, stored.id, toJson(learned));
    }
    return await recordDrifts(tx, { ...at, shapeId: stored.id }, toNewDrifts(strange));
  });
}

interface DriftAt extends Omit<ShapeOf, 'selection'> {
  readonly flow: string;
  readonly runId: number;
}

function asDeviation(
  side: Deviation['side'],
  { kind, segments, expected, got, value }: ShapeChange,
): Deviation {
  const rule = kind === 'retyped' ? got : '';
  return toDeviation({ side, kind, segments: [...segments], rule, expected }, value);
}
