import { type AuditEntry, listEntriesOfRun } from '../../store/audit/list-entries.ts';
import type { Database } from '../../store/postgres/database.ts';
import { listAbsences, type RunAbsence } from '../../store/runs/absences.ts';
import { listWaitingKeys } from '../../store/runs/approvals.ts';
import { type GuardedSample, listGuarded } from '../../store/runs/guards.ts';
import { listRunErrors, loadRunRest, type RunErrors, type RunRest } from '../../store/runs/run-details.ts';
import { loadRunNotes } from '../../store/runs/run-notes.ts';
import { type FaultNote, loadRun, type Run } from '../../store/runs/runs.ts';
import { countDrifts, type DriftCount } from '../../store/shapes/drifts.ts';
import { type ErrorMeaning, explainError } from '../errors/explain/explain-error.ts';
import { loadFlowNames } from '../errors/explain/flow-names.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { type RunDocument, toRunDocument } from './run-document.ts';
import { type Note, toNotes } from './run-notes.ts';
import { unknownRun } from './unknown-run.ts';

type AskedFor = Pick<
  Run,
  'trigger' | 'tick' | 'options' | 'planHash' | 'createdAt' | 'startedAt' | 'readAt' | 'endedAt' | 'cursor'
>;

/** Everything about one run. */
export interface RunDetails extends RunDocument, AskedFor {
  /** Who started it; `null`: a schedule, or it is not known. */
  readonly by: string | null;
  /** What people have decided about it, its beginning included. */
  readonly audit: readonly AuditEntry[];
  /** By cause. */
  readonly errors: readonly RunErrors[];
  readonly waiting: RunRest;
  readonly drift: readonly DriftCount[];
  readonly absences: readonly RunAbsence[];
  readonly notes: readonly Note[];
  /** Why it failed or is held, as a clerk would say it. */
  readonly explanation?: ErrorMeaning;
  /** Of one that is held: what it waits to do. */
  readonly held?: HeldRun;
}

/** What a run that is held for approval waits to do. */
export interface HeldRun {
  readonly guard: FaultNote;
  readonly counted: readonly GuardedSample[];
  /** Records of it that wait. */
  readonly waiting: number;
  /** Keys of some of them, in the order in which they would go on. */
  readonly keys: readonly string[];
}

/** Throws a Fault TL_NOT_FOUND if there is no such run. */
export async function loadRunDetails({ db, clock }: OpenDatabase, id: number): Promise<RunDetails> {
  const run = await loadRun(db, id);
  if (!run) throw await unknownRun(db, id);
  const { trigger, tick, options, planHash, createdAt, startedAt, readAt, endedAt, cursor } = run;
  return {
    ...toRunDocument(run, clock.now()),
    ...{ trigger, tick, options, planHash, createdAt, startedAt, readAt, endedAt, cursor },
    by: options.by ?? null,
    audit: await auditOf(db, run),
    errors: await listRunErrors(db, id),
    waiting: await loadRunRest(db, id),
    drift: await countDrifts(db, { runs: [id] }),
    absences: await listAbsences(db, [id]),
    notes: await notesOf(db, id),
    ...(run.fault && { explanation: await explainRun(db, run, run.fault) }),
    ...(run.status === 'held' && run.fault && { held: await loadHeld(db, id, run.fault) }),
  };
}

/** So many keys are shown of what a run waits to do: a person decides by the guard and some examples. */
const mostKeys = 20;

async function loadHeld(db: Database, id: number, guard: FaultNote): Promise<HeldRun> {
  const { staged, retried, blocked } = await loadRunRest(db, id);
  return {
    guard,
    counted: await listGuarded(db, id, mostKeys),
    waiting: staged + retried + blocked,
    keys: await listWaitingKeys(db, id, mostKeys),
  };
}

async function explainRun(
  db: Database,
  { id, flow }: Run,
  { code, message }: NonNullable<Run['fault']>,
): Promise<ErrorMeaning> {
  const namesOf = await loadFlowNames(db, [flow]);
  return explainError({ code, message, names: namesOf(flow), run: id, standing: 'run' });
}

/** An approval that nobody is noted with is none less. */
async function auditOf(db: Database, { id, approvedAt }: Run): Promise<readonly AuditEntry[]> {
  const kept = await listEntriesOfRun(db, id);
  if (approvedAt === null || kept.some(({ deed }) => deed === 'approve')) return kept;
  return [...kept, { at: approvedAt, by: null, deed: 'approve' }];
}

/** What is reported of a run beside its counts. */
export async function notesOf(db: Database, id: number): Promise<readonly Note[]> {
  const notes = (await loadRunNotes(db, [id])).get(id);
  return notes === undefined ? [] : toNotes(notes);
}
