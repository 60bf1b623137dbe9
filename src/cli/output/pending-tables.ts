import type { Reference } from '../../store/blocked.ts';
import type {
  AwayConnection,
  BlockedRecord,
  DoubtfulRecord,
  RetriedRecord,
  WaitingLane,
} from '../../store/pending.ts';
import { type Column, formatTable } from './print.ts';
import { seconds } from './run-document.ts';

/** What waits, and why. */
export interface Pending {
  readonly connections: readonly AwayConnection[];
  readonly batches: readonly WaitingLane[];
  readonly blocked: readonly BlockedRecord[];
  readonly inDoubt: readonly DoubtfulRecord[];
  readonly retried: readonly RetriedRecord[];
}

/** A table for each kind that there is, each under a line that says what it is. */
export function pendingTables(pending: Pending, now: number): readonly string[] {
  const toNow = (at: Date) => soon(at.getTime() - now);
  return [
    section(
      'connections that are away, with everything that is written over them',
      ['connection', 'since', 'probes', 'next probe', 'code', 'message'],
      pending.connections.map(({ connection, since, probes, probeAt, fault }) => [
        connection,
        day(since),
        String(probes),
        toNow(probeAt),
        fault.code,
        fault.message,
      ]),
    ),
    section(
      'batches that wait as a whole',
      ['flow', 'lane', 'records', 'since', 'next attempt', 'code', 'message'],
      pending.batches.map(({ flow, lane, records, since, nextAttemptAt, fault }) => [
        flow,
        String(lane),
        String(records),
        day(since),
        nextAttemptAt ? toNow(nextAttemptAt) : 'once approved',
        fault.code,
        fault.message,
      ]),
    ),
    section(
      'blocked records, which go by themselves when what they wait for is there',
      ['flow', 'key', 'run', 'behind', 'since', 'why'],
      pending.blocked.map((record) => [
        record.flow,
        record.key,
        String(record.run),
        String(record.behind),
        day(record.since),
        blockedReason(record),
      ]),
    ),
    section(
      'in doubt: creates that got no clear answer, looked for and not made again before their time',
      ['flow', 'key', 'run', 'target', 'since', 'until', 'next look'],
      pending.inDoubt.map(({ flow, key, run, target, since, until, nextLookAt }) => [
        flow,
        key,
        String(run),
        target,
        day(since),
        day(until),
        nextLookAt ? toNow(nextLookAt) : '-',
      ]),
    ),
    section(
      'records that are tried again',
      ['flow', 'key', 'run', 'behind', 'attempts', 'next attempt', 'code', 'message'],
      pending.retried.map(({ flow, key, run, attempts, maxAttempts, nextAttemptAt, fault, ...record }) => [
        flow,
        key,
        String(run),
        String(record.behind),
        `${attempts} of ${maxAttempts}`,
        toNow(nextAttemptAt),
        fault?.code ?? '-',
        fault?.message ?? 'its turn has come',
      ]),
    ),
  ].flatMap((lines) => lines ?? []);
}

/** `waits for customer C-17, which erp does not have yet` */
export function blockedReason({ references, target }: Pick<BlockedRecord, 'references' | 'target'>): string {
  const names = references.map(({ entity, key }: Reference) => `${entity} ${key}`);
  const all = names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `waits for ${all}, which ${target} does not have yet`;
}

const figures: ReadonlySet<string> = new Set(['run', 'lane', 'records', 'behind', 'probes']);

function section(
  title: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): string | undefined {
  if (rows.length === 0) return undefined;
  const heads = columns.map(
    (name): Column => ({ title: name, ...(figures.has(name) && { align: 'right' }) }),
  );
  return `${title}\n${formatTable(
    heads,
    rows.map((row) => row.map(firstLine)),
  )}`;
}

function soon(ms: number): string {
  return ms <= 0 ? 'now' : `in ${seconds(ms)}`;
}

function day(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0] ?? '';
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
