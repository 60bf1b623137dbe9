import { counted } from '../../contract/text/counted.ts';
import type { Run } from '../../store/runs/runs.ts';
import type { FlowStatus, Need } from './standing.ts';

export function needsOf(status: Omit<FlowStatus, 'needs'>, heldRuns: readonly Run[]): readonly Need[] {
  return [...aboutFiles(status), ...aboutRuns(status, heldRuns), ...aboutErrors(status)];
}

type Status = Omit<FlowStatus, 'needs'>;

function* aboutFiles({ files, missedTick }: Status): Generator<Need> {
  if (files === 'broken') {
    const message = 'its files have mistakes, it does not run';
    yield { kind: 'files', message, command: 'tradelane validate' };
  }
  if (missedTick !== undefined) {
    const message = `should have run at ${toSecond(missedTick)} and did not: no engine fires its schedule`;
    yield { kind: 'late', message, command: 'tradelane start' };
  }
}

function* aboutRuns({ flow, lastRun, isLost, troubles }: Status, heldRuns: readonly Run[]): Generator<Need> {
  if (lastRun?.status === 'failed') {
    const why = lastRun.fault ? `: ${lastRun.fault.code}  ${lastRun.fault.message}` : '';
    const message = `run ${lastRun.id} failed${why}`;
    yield { kind: 'failed', message, command: `tradelane runs show ${lastRun.id}` };
  }
  if (lastRun && isLost) {
    const why = lastRun.status === 'queued' ? 'nobody reads it' : 'the process that read it has ended';
    const message = `run ${lastRun.id} is not read to its end: ${why}; the next run goes on from there`;
    yield { kind: 'failed', message, command: `tradelane run ${flow}` };
  }
  for (const { connection, side, state, fault } of troubles) {
    // What failed the last run has been reported with it.
    if (state !== 'misconfigured' || side === 'source') continue;
    const message = `${connection} is configured wrongly, or refuses us: ${fault.code}  ${fault.message}`;
    yield { kind: 'connection', message, command: `tradelane pending --flow ${flow}` };
  }
  for (const { id, fault } of heldRuns) {
    const message = `run ${id} is held for approval: ${fault?.message ?? 'a guard has stopped it'}`;
    yield { kind: 'held', message, command: `tradelane runs approve ${id}` };
  }
}

function* aboutErrors({ flow, errors: { open, muted, oldest } }: Status): Generator<Need> {
  if (open <= muted) return;
  const ofThem = muted > 0 ? `, ${muted} of them muted` : '';
  const since = oldest ? `, the oldest since ${toSecond(oldest)}` : '';
  const message = `${counted(open, 'error')} ${open === 1 ? 'is' : 'are'} open${ofThem}${since}`;
  yield { kind: 'errors', message, command: `tradelane errors list --flow ${flow}` };
}

/** `2026-11-28 12:48:26`, UTC. */
export function toSecond(at: Date | string): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
