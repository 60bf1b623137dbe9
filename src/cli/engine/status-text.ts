import { toSecond } from '../../app/status/needs.ts';
import type { ConnectionTrouble, FlowStatus } from '../../app/status/standing.ts';
import type { Status } from '../../app/status/status.ts';
import { counted } from '../../contract/text/counted.ts';
import type { Context } from '../context.ts';
import { type Column, paint, printHint, printLine, printTable } from '../output/print.ts';

const columns: readonly Column[] = [
  { title: 'flow', isName: true },
  { title: 'run', align: 'right', isName: true },
  { title: 'status' },
  { title: 'errors', align: 'right' },
  { title: 'waiting', align: 'right' },
  { title: 'up to date', align: 'right' },
  { title: 'next', align: 'right' },
  { title: 'connections' },
];

/** A line for each flow; below it what waits, and what a person has to see to. */
export function printStatus(context: Context, { flows, at: now }: Status): void {
  printTable(
    context,
    columns,
    flows.map((flow) => rowOf(flow, now)),
  );
  for (const { flow, waiting } of flows)
    if (waiting.oldest)
      printHint(
        context,
        `${flow}: ${counted(waiting.records, 'record')} ${waiting.records === 1 ? 'waits' : 'wait'}, the oldest since ${toSecond(waiting.oldest)}: tradelane pending --flow ${flow}`,
      );
  const needs = flows.flatMap(({ flow, needs: all }) => all.map((need) => ({ flow, ...need })));
  const [style, title] =
    needs.length === 0 ? (['green', 'nothing needs you'] as const) : (['bold', 'what needs you'] as const);
  printLine(context, `\n${paint(context.stdout, style, title)}`);
  for (const { flow, message, command } of needs) printHint(context, `  ${flow}: ${message}\n    ${command}`);
}

function rowOf(status: FlowStatus, now: number): readonly string[] {
  const { lastRun, errors, waiting, caughtUpAt, nextTick, troubles } = status;
  return [
    status.flow,
    lastRun ? String(lastRun.id) : '-',
    statusWord(status),
    String(errors.open),
    String(waiting.records),
    caughtUpAt ? `${inWords(now - caughtUpAt.getTime())} ago` : '-',
    nextTick ? `in ${inWords(nextTick.getTime() - now)}` : '-',
    // A connection may be at both ends of a flow.
    [...new Set(troubles.map(troubleWord))].join(', ') || 'fine',
  ];
}

function statusWord({ files, lastRun, isLost, missedTick }: FlowStatus): string {
  if (files === 'broken' || files === 'gone') return files;
  if (missedTick) return 'late';
  if (isLost) return 'lost';
  return lastRun ? lastRun.status : 'never ran';
}

function troubleWord({ connection, state }: ConnectionTrouble): string {
  return `${connection} ${state}`;
}

/** `8 s`, `12 min`, `3 h`, `4 d`: how much, at a glance. */
export function inWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
