import {
  type AuditEntry,
  listEntriesOf,
  listEntriesOfKeys,
  listEntriesOfRun,
} from '../../store/audit/list-entries.ts';
import { loadDecisionsOf } from '../../store/errors/decisions.ts';
import type { DeadLetter } from '../../store/errors/errors.ts';
import type { KeptFault } from '../../store/history/block.ts';
import type { KeptStep } from '../../store/history/find-steps.ts';
import type { RunHead } from '../../store/journey/run-heads.ts';
import type { Database } from '../../store/postgres/database.ts';
import { explainError } from '../errors/explain/explain-error.ts';
import type { FlowNames } from '../errors/explain/facts.ts';
import { tellDecision } from '../errors/told-decision.ts';
import { coverChange } from './cover-change.ts';
import type { AuditStep, JourneyStep, OutcomeStep, PatchStep, ReadStep } from './journey-step.ts';
import type { Way } from './load-way.ts';

export interface TellTools {
  readonly db: Database;
  readonly namesOf: (flow: string) => FlowNames;
  readonly runs: ReadonlyMap<number, RunHead>;
  /** Are private values shown as they are? */
  readonly showsPrivate: boolean;
}

/** Everything that happened to one record, in this order; `kept`: the step of history that a told one is about. */
export interface ToldStep {
  readonly step: JourneyStep;
  readonly kept?: KeptStep;
}

export async function tellSteps(tools: TellTools, way: Way): Promise<readonly ToldStep[]> {
  const [patches, audit] = await Promise.all([tellPatches(tools, way), tellAudit(tools, way)]);
  const reads = tellReads(tools, way);
  const replays = new Set(reads.flatMap(({ step }) => (step.what === 'read' && step.error ? step.run : [])));
  const isTold = (step: JourneyStep) =>
    (step.what === 'settled' && audit.some(({ deed }) => deed === deedOf[step.state])) ||
    (step.what === 'audit' && step.deed === 'replay' && replays.has(step.run ?? 0));
  const told: readonly ToldStep[] = [
    ...reads,
    ...way.steps.map((kept) => ({ step: tellOutcome(tools, kept), kept })),
    ...[...way.errors.flatMap(tellError), ...patches, ...audit]
      .filter((step) => !isTold(step))
      .map((step) => ({ step })),
  ];
  // What is of one moment stays in the order of how it comes about.
  return told.toSorted((a, b) => a.step.at.getTime() - b.step.at.getTime() || orderOf(a) - orderOf(b));
}

/** What a person has settled is told as what they did, and what they replayed as the reading of it. */
const deedOf = { resolved: 'resolve', discarded: 'discard' } as const;

const order: readonly JourneyStep['what'][] = ['audit', 'patched', 'read', 'outcome', 'error', 'settled'];

function orderOf({ step }: ToldStep): number {
  return order.indexOf(step.what);
}

/** Several attempts at one reading are of that reading. */
function tellReads({ runs }: TellTools, { steps }: Way): readonly ToldStep[] {
  const first = new Map<string, KeptStep>();
  for (const kept of steps) {
    const name = JSON.stringify([kept.runId, kept.record.version, kept.record.errorId, kept.record.source]);
    if (!first.has(name) && kept.readAt) first.set(name, kept);
  }
  return [...first.values()].map(({ runId, readAt, at, record: { version, errorId } }): ToldStep => {
    const run = runs.get(runId);
    const step: { readonly at: Date } & ReadStep = {
      what: 'read',
      at: readAt ?? at,
      run: runId,
      ...(run && { trigger: run.trigger }),
      ...(run?.by && { by: run.by }),
      ...(version !== undefined && { version }),
      ...(errorId !== undefined && { error: errorId }),
    };
    return { step };
  });
}

function tellOutcome(
  { namesOf }: TellTools,
  { runId, at, end, flow }: KeptStep,
): { readonly at: Date } & OutcomeStep {
  const { fingerprint: _proved, waitMs: _shown, fault, ...rest } = end;
  return {
    ...{ what: 'outcome', at, run: runId },
    ...rest,
    ...(fault && tellFault(namesOf(flow), end.outcome, fault)),
  };
}

function tellFault(
  names: FlowNames,
  outcome: OutcomeStep['outcome'],
  { about, ...fault }: KeptFault,
): Pick<OutcomeStep, 'fault' | 'explanation'> {
  const standing = outcome === 'failed' ? 'error' : 'waiting';
  const { sentence, next } = explainError({ ...fault, about, standing, names });
  return { fault, explanation: { sentence, next } };
}

function tellError(error: DeadLetter): readonly JourneyStep[] {
  const { id, code, runId, createdAt, updatedAt, state, settledBy, settledRun, reason } = error;
  const opened: JourneyStep = { what: 'error', at: createdAt, run: runId, error: id, code };
  if (state !== 'resolved' && state !== 'discarded') return [opened];
  const settled: JourneyStep = {
    ...{ what: 'settled', at: updatedAt, error: id, state },
    ...(settledBy !== undefined && { by: settledBy }),
    ...(settledRun !== undefined && { run: settledRun }),
    ...(reason !== undefined && { reason }),
  };
  return [opened, settled];
}

async function tellPatches(
  { db, showsPrivate }: TellTools,
  { errors }: Way,
): Promise<readonly ({ readonly at: Date } & PatchStep)[]> {
  const found = await loadDecisionsOf(
    db,
    errors.map(({ id }) => id),
  );
  const patches = found.filter(({ kind }) => kind === 'patched');
  return patches.map((decision) => {
    const { by, at, reason, changes } = tellDecision(decision);
    return {
      ...{ what: 'patched', at, by, error: decision.errorId },
      ...(reason !== undefined && { reason }),
      ...(changes && { changes: showsPrivate ? changes : changes.map(coverChange) }),
    };
  });
}

/** Runs that are looked at for what was decided about them. */
const mostRuns = 50;

async function tellAudit(
  { db }: TellTools,
  { errors, steps, ends, key, waits }: Way,
): Promise<readonly ({ readonly at: Date } & AuditStep)[]> {
  const runs = [
    ...new Set([...waits.map(({ run }) => run), ...steps.map(({ runId }) => runId).toReversed()]),
  ];
  const [ofErrors, ofKey, ofRuns] = await Promise.all([
    listEntriesOf(
      db,
      'errors',
      errors.map(({ id }) => id),
    ),
    ends ? listEntriesOfKeys(db, [{ ...ends.scope, key }]) : new Map<unknown, readonly AuditEntry[]>(),
    Promise.all(runs.slice(0, mostRuns).map((run) => listEntriesOfRun(db, run))),
  ]);
  const decided = ofRuns.flat().filter(({ deed }) => deed === 'approve' || deed === 'reject');
  const entries = [...ofErrors.values(), ...ofKey.values(), decided].flat();
  // One deed may be about several errors of the record.
  const distinct = new Map(entries.map((entry) => [JSON.stringify(entry), entry]));
  return [...distinct.values()].map(({ at, by, deed, run, reason }) => ({
    ...{ what: 'audit', at, by, deed },
    ...(run !== undefined && { run }),
    ...(reason !== undefined && { reason }),
  }));
}
