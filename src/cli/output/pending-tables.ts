import type { PendingAnswer } from '../../contract/generated/endpoints.ts';
import { present } from '../../contract/present.ts';
import { type Column, formatTable } from './print.ts';
import { seconds } from './run-table.ts';

/** A table for each kind that there is, each under a line that says what it is. */
export function pendingTables(
  pending: Omit<PendingAnswer, 'waiting'>,
  { now, width }: { readonly now: number; readonly width: number | undefined },
): readonly string[] {
  const toNow = (at: string) => soon(Date.parse(at) - now);
  return [...wholes(pending, toNow), ...records(pending, toNow)]
    .filter(({ rows }) => rows.length > 0)
    .map(({ title, columns, rows }) => `${title}\n${tableOf(columns, rows, width)}`);
}

interface Section {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: Rows;
}

type ToNow = (at: string) => string;

/** What waits with everything behind it. */
function wholes(
  { pauses, connections, sources, batches }: Omit<PendingAnswer, 'waiting'>,
  toNow: ToNow,
): readonly Section[] {
  return [
    {
      title: 'paused, with everything that waits for it',
      columns: ['paused', 'since', 'until', 'by', 'reason', 'flows', 'records'],
      rows: pauses.map(({ kind, name, since, until, by, reason, flows, records }) => [
        ...[`${kind} ${name}`, day(since), until ? day(until) : 'it is resumed', by, reason],
        ...[flows.join(', '), String(records)],
      ]),
    },
    {
      title: 'connections that are away, with everything that is written over them',
      columns: ['connection', 'since', 'probes', 'next probe', 'code', 'message'],
      rows: connections.map(({ connection, since, probes, probeAt, fault }) => [
        connection,
        day(since),
        String(probes),
        toNow(probeAt),
        fault.code,
        fault.message,
      ]),
    },
    {
      title: 'flows whose source could not be read; what is new waits there',
      columns: ['flow', 'connection', 'run', 'since', 'next run', 'code', 'message'],
      rows: sources.map(({ flow, connection, run, since, nextRunAt, fault }) => [
        flow,
        connection,
        String(run),
        day(since),
        nextRunAt ? toNow(nextRunAt) : 'when it is started',
        fault.code,
        fault.message,
      ]),
    },
    {
      title: 'batches that wait as a whole',
      columns: ['flow', 'lane', 'records', 'since', 'next attempt', 'code', 'message'],
      rows: batches.map(({ flow, lane, records, since, nextAttemptAt, fault }) => [
        flow,
        String(lane),
        String(records),
        day(since),
        nextAttemptAt ? toNow(nextAttemptAt) : fault.code === 'TL_PAUSED' ? 'once resumed' : 'once approved',
        fault.code,
        fault.message,
      ]),
    },
  ];
}

/** Single records that wait. */
function records(
  { blocked, inDoubt, retried }: Omit<PendingAnswer, 'waiting'>,
  toNow: ToNow,
): readonly Section[] {
  return [
    {
      title: 'blocked records, which go by themselves when what they wait for is there',
      columns: ['flow', 'key', 'run', 'behind', 'since', 'why'],
      rows: blocked.map((record) => [
        record.flow,
        record.key,
        String(record.run),
        String(record.behind),
        day(record.since),
        record.reason,
      ]),
    },
    {
      title: 'in doubt: creates that got no clear answer, looked for and not made again before their time',
      columns: ['flow', 'key', 'run', 'target', 'since', 'until', 'next look'],
      rows: inDoubt.map(({ flow, key, run, target, since, until, nextLookAt }) => [
        flow,
        key,
        String(run),
        target,
        day(since),
        day(until),
        nextLookAt ? toNow(nextLookAt) : '-',
      ]),
    },
    {
      title: 'records that are tried again',
      columns: ['flow', 'key', 'run', 'behind', 'attempts', 'next attempt', 'code', 'message'],
      rows: retried.map(({ flow, key, run, attempts, maxAttempts, nextAttemptAt, fault, ...record }) => [
        flow,
        key,
        String(run),
        String(record.behind),
        `${attempts} of ${maxAttempts}`,
        toNow(nextAttemptAt),
        fault?.code ?? '-',
        fault?.message ?? 'its turn has come',
      ]),
    },
  ];
}

const figures: ReadonlySet<string> = new Set(['run', 'lane', 'records', 'behind', 'probes']);

const names: ReadonlySet<string> = new Set(['key', 'run', 'connection', 'paused']);

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

function day(at: string): string {
  return at.slice(0, 19).replace('T', ' ');
}

function firstLine(text: string): string {
  return present(text.split('\n', 1)[0], 'a first line');
}
