import { type FaultKind, rowOf } from '../../contract/fault-table.ts';
import type { FlowState } from '../../store/runs/flow-states.ts';
import type { FaultNote, Run } from '../../store/runs/runs.ts';
import type { AwayConnection, WaitingCause } from '../../store/waiting/pending.ts';
import { nextTicks } from '../../triggers/next-ticks.ts';
import type { FlowEntry } from '../../workspace/workspace.ts';
import { scheduleOf } from '../schedule/schedules.ts';
import { needsOf } from './needs.ts';
import type { ConnectionTrouble, FlowStatus } from './standing.ts';

/** What is known of a flow, from the workspace and from the database. */
export interface KnownFlow {
  readonly state: FlowState;
  /** Of the workspace; `undefined` where there is no such flow, or no workspace. */
  readonly entry: FlowEntry | undefined;
  readonly hasWorkspace: boolean;
  /** Mistakes in its files, or in what they use, keep it from running. */
  readonly isBroken: boolean;
  /** When its file was written, and when the tables were made: before that it cannot have missed anything. */
  readonly since: number;
  readonly lastRun: Run | undefined;
  readonly heldRuns: readonly Run[];
  readonly circuits: readonly AwayConnection[];
  /** Its lanes that wait, and the single record that has waited longest for somebody. */
  readonly waiting: readonly WaitingCause[];
}

/** Whoever fires ticks may be restarted, or busy, for so long before a tick counts as missed. */
const graceMs = 60_000;

export function toFlowStatus(known: KnownFlow, now: number): FlowStatus {
  const { state, entry, lastRun } = known;
  const files = filesOf(known);
  const schedule = files === 'fine' && entry ? scheduleOf(entry) : undefined;
  const seen = Math.max(state.askedAt?.getTime() ?? 0, known.since);
  const expected = schedule && nextTicks(schedule, new Date(seen), 1)[0];
  const status = {
    flow: state.flow,
    files,
    lastRun,
    isLost: state.isLost === true,
    caughtUpAt: state.caughtUpAt ?? undefined,
    schedule,
    nextTick: schedule && nextTicks(schedule, new Date(now), 1)[0],
    missedTick: expected && expected.getTime() + graceMs < now ? expected : undefined,
    errors: { open: state.errors, oldest: state.oldestError ?? undefined },
    waiting: { records: state.waiting, oldest: state.oldestWaiting ?? undefined },
    held: state.held,
    troubles: troublesOf(known),
  };
  return { ...status, needs: needsOf(status, known.heldRuns) };
}

function filesOf({ entry, hasWorkspace, isBroken }: KnownFlow): FlowStatus['files'] {
  if (entry) return isBroken ? 'broken' : 'fine';
  return hasWorkspace ? 'gone' : 'unknown';
}

/** The target has a circuit; what a source does is known from the last run that read it. */
function troublesOf(known: KnownFlow): readonly ConnectionTrouble[] {
  const said = known.entry?.value as
    | { source?: { connection?: string }; target?: { connection?: string } }
    | undefined;
  const { lastRun, circuits, waiting } = known;
  const fault = lastRun?.status === 'failed' ? lastRun.fault : null;
  const source = said?.source?.connection ?? 'its source';
  const ofSource: readonly ConnectionTrouble[] =
    fault && speaksOfConnection(fault)
      ? [
          {
            connection: source,
            side: 'source',
            state: stateOf(fault),
            fault,
            since: lastRun?.endedAt ?? undefined,
            nextProbeAt: undefined,
          },
        ]
      : [];
  const target = said?.target?.connection;
  const circuit = circuits.find(({ connection }) => connection === target);
  const stuck = waiting.find(
    (each) => kindOf(each.fault) === 'config' && each.fault.code !== 'TL_GUARD_TRIPPED',
  );
  if (circuit) return [...ofSource, ofTarget(circuit)];
  if (!stuck) return ofSource;
  const { fault: reason, since, nextAttemptAt } = stuck;
  return [
    ...ofSource,
    {
      connection: target ?? 'its target',
      side: 'target',
      state: 'misconfigured',
      fault: reason,
      since,
      nextProbeAt: nextAttemptAt ?? undefined,
    },
  ];
}

function ofTarget({ connection, fault, since, probeAt }: AwayConnection): ConnectionTrouble {
  return { connection, side: 'target', state: stateOf(fault), fault, since, nextProbeAt: probeAt };
}

function stateOf(fault: FaultNote): ConnectionTrouble['state'] {
  return kindOf(fault) === 'config' ? 'misconfigured' : 'away';
}

/** Not a run that a person, a lost lease or a broken database ended. */
export function speaksOfConnection(fault: FaultNote): boolean {
  const { about, side } = rowOf(fault.code);
  return about !== 'record' || side === 'system';
}

function kindOf({ code }: FaultNote): FaultKind {
  return rowOf(code).kind;
}
