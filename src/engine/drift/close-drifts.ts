import { Fault } from '../../contract/fault.ts';
import { acceptChange } from '../../schema/shape/accept-change.ts';
import { parseShape, toJson } from '../../schema/shape/shape.ts';
import { keepAuditEntry } from '../../store/audit/keep-entry.ts';
import type { Database } from '../../store/postgres/database.ts';
import {
  type ClosingDrift,
  closeDrifts,
  type DriftFilter,
  findShapesOf,
  lockDrifts,
} from '../../store/shapes/drifts.ts';
import { lockShapes, updateShape } from '../../store/shapes/shapes.ts';

/**
 * What these open drifts say is right from now on: what was learned of the records knows it, and it is not reported again,
 * in no flow that reads the same records. Returns the ids of all that are closed with it.
 */
export async function acceptDrifts(
  db: Database,
  filter: DriftFilter,
  by: string,
): Promise<readonly number[]> {
  return await db.transaction().execute(async (tx) => {
    // Shapes before drifts, as whoever keeps what it has met.
    const shapes = await lockShapes(tx, await findShapesOf(tx, filter));
    const drifts = await lockDrifts(tx, filter);
    requireOpen(filter, drifts);
    for (const { id, shape } of shapes) {
      const learned = parseShape(shape);
      for (const drift of drifts) if (drift.shapeId === id) acceptChange(learned, drift);
      await updateShape(tx, id, toJson(learned));
    }
    return await close(tx, drifts, { ...filter, by, state: 'accepted' });
  });
}

/** What these open drifts say has been mended: if it comes again, it is reported again. */
export async function resolveDrifts(
  db: Database,
  filter: DriftFilter,
  by: string,
): Promise<readonly number[]> {
  return await db.transaction().execute(async (tx) => {
    const drifts = await lockDrifts(tx, filter);
    requireOpen(filter, drifts);
    return await close(tx, drifts, { ...filter, by, state: 'resolved' });
  });
}

async function close(
  tx: Database,
  drifts: readonly ClosingDrift[],
  {
    by,
    flow,
    state,
  }: { readonly by: string; readonly flow?: string; readonly state: 'accepted' | 'resolved' },
): Promise<readonly number[]> {
  const ids = drifts.map(({ id }) => id);
  await closeDrifts(tx, ids, state);
  const deed = state === 'accepted' ? 'accept drift' : 'resolve drift';
  await keepAuditEntry(tx, { deed, by, flow, count: ids.length, about: { drifts: ids } });
  return ids;
}

/** Ids are meant one by one: to close some of them would hide the mistake. */
function requireOpen({ ids = [] }: DriftFilter, drifts: readonly ClosingDrift[]): void {
  const missing = ids.filter((id) => !drifts.some((drift) => drift.id === id));
  if (missing.length === 0) return;
  throw new Fault('TL_ARGUMENT_INVALID', `no open drift has the id ${missing.join(', ')}: tradelane drift`);
}
