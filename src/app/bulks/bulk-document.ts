import { type BulkTally, tallyItems } from '../../store/bulks/bulk-results.ts';
import { listBulkRuns } from '../../store/bulks/bulk-runs.ts';
import type { Bulk, BulkKind, BulkState } from '../../store/bulks/bulks.ts';
import { findAhead, findStandstill } from '../../store/bulks/claims.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { FaultNote } from '../../store/runs/runs.ts';

/** A set, with how far it has come. */
export interface BulkDocument {
  /** The handle. */
  readonly bulk: number;
  readonly kind: BulkKind;
  readonly state: BulkState;
  readonly by: string;
  readonly reason?: string;
  /** Which errors were asked for, as it was said. */
  readonly wish: unknown;
  readonly patch?: unknown;
  /** How records are sent, where that is not as usual. */
  readonly way?: unknown;
  readonly plan?: string;
  readonly connections: readonly string[];
  readonly createdAt: Date;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  /** How many errors it froze: waiting + underWay + ended + left. */
  readonly errors: number;
  readonly waiting: number;
  readonly underWay: number;
  readonly ended: number;
  readonly left: number;
  /** Those that have ended, by what became of them. */
  readonly results: readonly BulkResult[];
  /** Those that left the set untouched, by why. */
  readonly leftFor: readonly BulkResult[];
  readonly runs: readonly number[];
  /** Sets that it waits for: they write to the same connections. */
  readonly waitsFor?: readonly number[];
  /** Why it is paused, if no person did that; or why it stands still. */
  readonly fault?: FaultNote;
}

export interface BulkResult {
  readonly result: string;
  readonly code?: string;
  readonly count: number;
}

export async function toBulkDocument(db: Database, bulk: Bulk): Promise<BulkDocument> {
  const tallies = (await tallyItems(db, [bulk.id])).get(bulk.id) ?? [];
  const runs = await listBulkRuns(db, bulk.id);
  const ahead = bulk.state === 'waiting' ? await findAhead(db, bulk.id) : [];
  const { id, kind, state, by, reason, wish, patch, way, planHash, connections, fault } = bulk;
  const still = bulk.state === 'waiting' ? await findStandstill(db, bulk.id) : undefined;
  const why = still ?? fault;
  const { createdAt, startedAt, endedAt } = bulk;
  return {
    ...{ bulk: id, kind, state, by },
    ...(reason !== undefined && { reason }),
    wish,
    ...(patch !== undefined && { patch }),
    ...(way !== undefined && { way }),
    ...(planHash !== undefined && { plan: planHash }),
    ...{ connections, createdAt },
    ...(startedAt && { startedAt }),
    ...(endedAt && { endedAt }),
    ...countsOf(tallies),
    results: toResults(tallies, 'ended'),
    leftFor: toResults(tallies, 'left'),
    runs,
    ...(ahead.length > 0 && { waitsFor: ahead }),
    ...(why && { fault: why }),
  };
}

function countsOf(tallies: readonly BulkTally[]) {
  const of = (state: BulkTally['state']) =>
    tallies.reduce((sum, each) => sum + (each.state === state ? each.count : 0), 0);
  const [waiting, underWay, ended, left] = [of('waiting'), of('staged'), of('ended'), of('left')];
  return { errors: waiting + underWay + ended + left, waiting, underWay, ended, left };
}

function toResults(tallies: readonly BulkTally[], of: BulkTally['state']): readonly BulkResult[] {
  return tallies.flatMap(({ state, result, code, count }) =>
    state !== of || result === undefined ? [] : [{ result, ...(code !== undefined && { code }), count }],
  );
}
