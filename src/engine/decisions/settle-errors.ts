import { keepAuditEntry, type NewAuditEntry } from '../../store/audit/keep-entry.ts';
import { deleteDecisionsOf, type NewDecision, saveDecisions } from '../../store/errors/decisions.ts';
import { type DeadLetter, listErrors } from '../../store/errors/errors.ts';
import {
  loadRecords,
  lockOpenErrors,
  type OpenError,
  reopenSettled,
  type Settlement,
  settleErrors,
} from '../../store/errors/settle-errors.ts';
import type { StagedRecord } from '../../store/line/batches.ts';
import type { Database } from '../../store/postgres/database.ts';
import { sourceOf, sourceOfText } from './source-of.ts';

/** So many records are in memory at once. */
const atOnce = 500;

/**
 * A person settles errors. That holds for the versions of the records that they are about: read again, they are left
 * alone. Returns the errors that it reached.
 */
export async function settleByHand(
  db: Database,
  ids: readonly number[],
  settlement: Settlement,
): Promise<readonly number[]> {
  return await db.transaction().execute((tx) => settleIn(tx, ids, settlement));
}

/** The same in a transaction of somebody else's. */
export async function settleIn(
  tx: Database,
  ids: readonly number[],
  settlement: Settlement,
): Promise<readonly number[]> {
  const reached: number[] = [];
  for (const some of chunks(ids)) {
    const errors = (await lockOpenErrors(tx, some)).map((error) => ({
      ...error,
      source: sourceOfError(error),
    }));
    await settleErrors(tx, settlement, errors);
    await saveDecisions(
      tx,
      settlement,
      errors.map((error) => toDecision(error, settlement)),
    );
    reached.push(...errors.map(({ id }) => id));
  }
  const { state, by, reason } = settlement;
  await keepReached(tx, reached, { deed: state === 'resolved' ? 'resolve' : 'discard', by, reason });
  return reached;
}

/** Nothing reached is nothing decided. */
async function keepReached(
  tx: Database,
  errors: readonly number[],
  said: Pick<NewAuditEntry, 'deed' | 'by' | 'reason'>,
): Promise<void> {
  if (errors.length > 0) await keepAuditEntry(tx, { ...said, count: errors.length, about: { errors } });
}

/**
 * Takes decisions of people back: the errors are open again, and hold their records as the source gave them. Returns
 * which errors it reached: those that a person settled or patched.
 */
export async function reopenErrorsOf(
  db: Database,
  ids: readonly number[],
  by: string,
): Promise<readonly number[]> {
  return await db.transaction().execute((tx) => reopenIn(tx, ids, by));
}

/** The same in a transaction of somebody else's. */
export async function reopenIn(tx: Database, ids: readonly number[], by: string): Promise<readonly number[]> {
  const reached: number[] = [];
  for (const some of chunks(ids)) {
    const taken = await deleteDecisionsOf(tx, some);
    const errors = await listErrors(tx, { ids: some, states: allStates, limit: some.length });
    const open = errors.filter((error) => taken.has(error.id) || isByHand(error));
    await reopenSettled(
      tx,
      open.map(({ id }) => id),
      await withOriginals(tx, taken),
    );
    reached.push(...open.map(({ id }) => id));
  }
  await keepReached(tx, reached, { deed: 'reopen', by });
  return reached;
}

async function withOriginals(tx: Database, originals: ReadonlyMap<number, unknown>) {
  const held = await loadRecords(tx, [...originals.keys()]);
  return [...originals].flatMap(([id, native]) => {
    const record = held.get(id);
    return native === undefined || !record || 'raw' in record ? [] : [{ id, record: { ...record, native } }];
  });
}

const allStates = ['open', 'replaying', 'resolved', 'discarded'] as const;

/** Did a person settle it, and not a run, and is there something left to open again? What was discarded before decisions were kept has none to take back. */
export function isByHand({ state, settledBy, settledRun, erasedAt }: DeadLetter): boolean {
  if (erasedAt) return false;
  return (
    state === 'discarded' || (state === 'resolved' && settledBy !== undefined && settledRun === undefined)
  );
}

function* chunks(ids: readonly number[]): Generator<readonly number[]> {
  for (let from = 0; from < ids.length; from += atOnce) yield ids.slice(from, from + atOnce);
}

function sourceOfError({ source, record, message }: OpenError): string {
  return source ?? ('raw' in record ? sourceOfText(record.raw, message) : sourceOf(record));
}

function toDecision(
  { id, flow, record, source }: OpenError & { readonly source: string },
  { state }: Settlement,
): NewDecision {
  const made = { flow, source, kind: state, errorId: id };
  if ('raw' in record) return { ...made, key: '', version: undefined, original: undefined };
  const { key, version, native }: StagedRecord = record;
  return { ...made, key, version, original: native };
}
