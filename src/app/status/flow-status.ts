import { type FaultCode, type FaultKind, rowOf } from '../../contract/fault-table.ts';
import type { ErrorChange, ErrorTrend } from '../../store/errors/error-trends.ts';
import type { FaultNote, Run } from '../../store/runs/runs.ts';
import type { Pause } from '../../store/waiting/pauses.ts';
import type { AwayConnection, WaitingCause } from '../../store/waiting/pending.ts';
import { needsOf } from './needs.ts';
import { type KnownSchedule, scheduleStanding, type TickFinder } from './schedule-standing.ts';
import type { ConnectionTrouble, FlowStatus } from './standing.ts';

/** What is known of a flow, from the workspace and from the database. */
export interface KnownFlow extends KnownSchedule {
  /** `undefined`: it has none that are open, and has had none for a week. */
  readonly errors: ErrorTrend | undefined;
  readonly mutedErrors: number;
  readonly hasWorkspace: boolean;
  readonly lastRun: Run | undefined;
  readonly heldRuns: readonly Run[];
  readonly circuits: readonly AwayConnection[];
  readonly pauses: readonly Pause[];
  /** Its lanes that wait, and the single record that has waited longest for somebody. */
  readonly waiting: readonly WaitingCause[];
}

/** @param now - by the clock that ticks are fired by; milliseconds. */
export function toFlowStatus(known: KnownFlow, ticksOf: TickFinder, now: number): FlowStatus {
  const { state, lastRun, errors = noErrors } = known;
  const status = {
    flow: state.flow,
    files: filesOf(known),
    lastRun,
    // What is paused is read once the pause is over.
    isLost: state.isLost === true && known.pauses.length === 0,
    pauses: known.pauses,
    caughtUpAt: state.caughtUpAt ?? undefined,
    lastSuccess: state.succeeded ?? undefined,
    failingSince: state.failingSince ?? undefined,
    ...scheduleStanding(known, ticksOf, now),
    errors: { ...errors, oldest: errors.oldest ?? undefined, muted: known.mutedErrors },
    waiting: { records: state.waiting, oldest: state.oldestWaiting ?? undefined },
    held: state.held,
    decision: state.decision ?? undefined,
    troubles: troublesOf(known),
  };
  return { ...status, needs: needsOf(status, known.heldRuns) };
}

const nothing: ErrorChange = { new: 0, gone: 0 };
const noErrors: ErrorTrend = {
  open: 0,
  oldest: null,
  lastHour: nothing,
  lastDay: nothing,
  last7Days: nothing,
};

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
            since: known.state.failingSince ?? lastRun?.endedAt ?? undefined,
            nextProbeAt: undefined,
          },
        ]
      : [];
  const target = said?.target?.connection;
  const circuit = circuits.find(({ connection }) => connection === target);
  const stuck = waiting.find(({ fault: { code } }) => rowOf(code).kind === 'config' && !isOfPerson.has(code));
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

/** What waits because of these waits for a decision: nothing is configured wrongly. */
const isOfPerson: ReadonlySet<string> = new Set<FaultCode>(['TL_GUARD_TRIPPED', 'TL_PAUSED']);

function kindOf({ code }: FaultNote): FaultKind {
  return rowOf(code).kind;
}
