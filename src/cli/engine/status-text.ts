import type { FlowStatusAnswer, StatusAnswer } from '../../contract/generated/endpoints.ts';
import type { Context } from '../context.ts';
import { type Column, paint, printHint, printLine, printNote, printTable } from '../output/print.ts';
import { inWords, statusWord, statusWords } from './status-words.ts';

const columns: readonly Column[] = [
  { title: 'flow', isName: true },
  { title: 'run', align: 'right', isName: true },
  { title: 'status' },
  { title: 'how it stands' },
];

/**
 * A line for each flow, those that need somebody first; below it what they need.
 *
 * @param at - ages are counted up to then; milliseconds.
 */
export function printStatus(context: Context, status: StatusAnswer, at: number): void {
  const { flows } = status;
  const needy = flows.filter(isNeedy);
  const sorted = [...needy, ...flows.filter((flow) => !isNeedy(flow))];
  printTable(
    context,
    columns,
    sorted.map((flow) => [
      flow.flow,
      flow.lastRun ? String(flow.lastRun.run) : '-',
      statusWord(flow),
      statusWords(flow, at),
    ]),
  );
  if (flows.some(({ waiting }) => waiting.records > 0))
    printHint(context, 'what waits, and why: tradelane pending');
  const [style, title] =
    needy.length === 0
      ? (['green', 'nothing needs you'] as const)
      : (['bold', `what needs you: ${needy.length} of ${flows.length} flows`] as const);
  printLine(context, `\n${paint(context.stdout, style, title)}`);
  for (const { flow, needs } of needy)
    for (const { message, command } of needs) printHint(context, `  ${flow}: ${message}\n    ${command}`);
  printClock(context, status);
}

function isNeedy({ needs }: FlowStatusAnswer): boolean {
  return needs.length > 0;
}

/** With two clocks, what is told of schedules and what is told of runs do not go together. */
function printClock(context: Context, { clockAheadSeconds: ahead = 0 }: StatusAnswer): void {
  if (ahead === 0) return;
  const side = ahead > 0 ? 'ahead of' : 'behind';
  printNote(
    context,
    `the clock of this machine is ${inWords(Math.abs(ahead) * 1_000)} ${side} the database's: ages are by that of the database, schedules by that of this machine`,
  );
}
