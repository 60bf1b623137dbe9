import type { FlowStatus } from '../../app/status/flow-status.ts';
import type { FaultNote } from '../../store/runs/runs.ts';
import type { Reference } from '../../store/waiting/blocked.ts';
import type {
  AwayConnection,
  BlockedRecord,
  DoubtfulRecord,
  RetriedRecord,
  WaitingLane,
} from '../../store/waiting/pending.ts';
import { type Column, formatTable } from './print.ts';
import { seconds } from './run-table.ts';

/** A flow whose last run could not read its source: what is new there waits at the source. */
export interface AwaySource {
  readonly flow: string;
  readonly connection: string;
  readonly run: number;
  readonly since: Date;
  /** By its schedule; `null`: when somebody runs it. */
  readonly nextRunAt: Date | null;
  readonly fault: FaultNote;
}

/** Those of one flow, or of all. */
export function awaySources(flows: readonly FlowStatus[], flow: string | undefined): readonly AwaySource[] {
  return flows.flatMap((status) => {
    const trouble = status.troubles.find(({ side }) => side === 'source');
    const { lastRun } = status;
    if (!trouble || !lastRun || (flow !== undefined && status.flow !== flow)) return [];
    const { connection, fault } = trouble;
    const since = trouble.since ?? lastRun.createdAt;
    const nextRunAt = status.nextTick ?? null;
    return [{ flow: status.flow, connection, run: lastRun.id, since, nextRunAt, fault }];
  });
}

/** What waits, and why. */
export interface Pending {
  readonly connections: readonly AwayConnection[];
  readonly sources: readonly AwaySource[];
  readonly batches: readonly WaitingLane[];
  readonly blocked: readonly BlockedRecord[];
  readonly inDoubt: readonly DoubtfulRecord[];
  readonly retried: readonly RetriedRecord[];
}

/** A table for each kind that there is, each under a line that says what it is. */
export function pendingTables(
  pending: Pending,
  { now, width }: { readonly now: number; readonly width: number | undefined },
): readonly string[] {
  const section = (title: string, columns: readonly string[], rows: Rows) =>
    rows.length === 0 ? undefined : `${title}\n${tableOf(columns, rows, width)}`;
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
      'flows whose source could not be read; what is new waits there',
      ['flow', 'connection', 'run', 'since', 'next run', 'code', 'message'],
      pending.sources.map(({ flow, connection, run, since, nextRunAt, fault }) => [
        flow,
        connection,
        String(run),
        day(since),
        nextRunAt ? toNow(nextRunAt) : 'when it is started',
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

const names: ReadonlySet<string> = new Set(['key', 'run', 'connection']);

type Rows = readonly (readonly string[])[];

function tableOf(columns: readonly string[], rows: Rows, width: number | undefined): string {
  const heads = columns.map(
    (name): Column => ({
      title: name,
      ...(figures.has(name) && { align: 'right' }),
      ...(names.has(name) && { isName: true }),
    }),
  );
  return formatTable(
    heads,
    rows.map((row) => row.map(firstLine)),
    width,
  );
}

function soon(ms: number): string {
  return ms <= 0 ? 'now' : `in ${seconds(ms)}`;
}

function day(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
