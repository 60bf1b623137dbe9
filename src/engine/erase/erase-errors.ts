import { wordsInText } from '../../contract/text/search-terms.ts';
import {
  buryErrors,
  deleteDecisions,
  type ErrorNotes,
  type ErrorScan,
  emptyDecisions,
  type ScannedDecision,
  type ScannedError,
  saveErrorNotes,
  scanDecisions,
  scanErrors,
} from '../../store/erase/failed.ts';
import type { FailedRecord } from '../../store/errors/error-terms.ts';
import type { StagedRecord } from '../../store/line/batches.ts';
import type { Database } from '../../store/postgres/database.ts';
import { erasedMark, type PersonMatcher } from './meant.ts';
import { valuesOfStaged } from './values-of-staged.ts';

/** Errors that are about somebody. */
export interface FoundErrors {
  /** Their record is his. */
  readonly whole: readonly ScannedError[];
  /** Only what is said of them names him. */
  readonly told: readonly (ErrorNotes & { readonly id: number })[];
  /** The last that was looked at; absent: there are no more. */
  readonly last?: number;
}

/** Some of the errors at a time: however many there are, so many are in memory. */
export const errorsAtOnce = 200;

export async function findErrorsAbout(
  db: Database,
  scan: Omit<ErrorScan, 'limit'>,
  meant: PersonMatcher,
): Promise<FoundErrors> {
  const scanned = await scanErrors(db, { ...scan, limit: errorsAtOnce });
  const whole = scanned.filter((error) => isWhole(error, meant));
  const told = scanned.flatMap((error) => {
    const notes = whole.includes(error) ? undefined : redactNotes(error.notes, meant);
    return notes ? [{ id: error.id, ...notes }] : [];
  });
  const last = scanned.at(-1)?.id;
  return { whole, told, ...(scanned.length === errorsAtOnce && last !== undefined && { last }) };
}

function isWhole({ flow, key, record, made }: ScannedError, meant: PersonMatcher): boolean {
  if (meant.isRecord(flow, key ?? undefined)) return true;
  if (!meant.mayBeIn(record) && !(made !== undefined && meant.mayBeIn(made))) return false;
  const kept = JSON.parse(record) as FailedRecord;
  const values = 'raw' in kept ? [kept.raw, wordsInText(kept.raw)] : valuesOfStaged(kept as StagedRecord);
  return meant.isRecord(flow, key ?? undefined, ...values, made === undefined ? undefined : JSON.parse(made));
}

function redactNotes(notes: ErrorNotes, meant: PersonMatcher): ErrorNotes | undefined {
  return meant.mayBeIn(JSON.stringify(notes)) ? meant.redactMembers(notes) : undefined;
}

export interface ErrorsToErase {
  readonly found: FoundErrors;
  readonly by: string;
  readonly meant: PersonMatcher;
}

export async function eraseErrors(
  db: Database,
  { found: { whole, told }, by, meant }: ErrorsToErase,
): Promise<void> {
  if (whole.length + told.length === 0) return;
  await db.transaction().execute(async (tx) => {
    const errors = whole.map(({ id, notes }) => ({ id, tags: meant.redact(notes.tags) ?? notes.tags }));
    await buryErrors(tx, errors, by);
    await saveErrorNotes(tx, told);
  });
}

/** What is done about decisions that were made about somebody's records. */
export interface FoundDecisions {
  /** What was patched cannot be sent any more, and what has him in its key is found by nobody. */
  readonly gone: readonly number[];
  /** They stand: the version that they are about is not wanted, or was settled by hand. */
  readonly emptied: readonly number[];
  readonly last?: number;
}

export async function findDecisionsAbout(
  db: Database,
  after: number,
  meant: PersonMatcher,
): Promise<FoundDecisions> {
  const scanned = await scanDecisions(db, after, errorsAtOnce);
  const found = scanned.filter((decision) => isDecisionMeant(decision, meant));
  const { gone = [], emptied = [] } = Object.groupBy(found, (decision) => {
    const isLost =
      decision.kind === 'patched' || meant.redact([decision.key, decision.version]) !== undefined;
    return isLost ? 'gone' : 'emptied';
  });
  const last = scanned.at(-1)?.id;
  const idsOf = (some: readonly ScannedDecision[]) => some.map(({ id }) => id);
  return {
    gone: idsOf(gone),
    emptied: idsOf(emptied.filter(hasSomething)),
    ...(scanned.length === errorsAtOnce && last !== undefined && { last }),
  };
}

function isDecisionMeant(decision: ScannedDecision, meant: PersonMatcher): boolean {
  const { flow, key, version, reason, original, patched, isErrorErased } = decision;
  return isErrorErased || meant.isRecord(flow, key, version, reason, original, patched);
}

/** One that was emptied before stays as it is. */
function hasSomething({ original, patched, reason }: ScannedDecision): boolean {
  return original !== undefined || patched !== undefined || (reason !== null && reason !== erasedMark);
}

export async function eraseDecisions(db: Database, { gone, emptied }: FoundDecisions): Promise<void> {
  if (gone.length + emptied.length === 0) return;
  await db.transaction().execute(async (tx) => {
    await deleteDecisions(tx, gone);
    await emptyDecisions(tx, emptied, erasedMark);
  });
}
