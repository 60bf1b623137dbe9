import { type FlowCoverage, percentOf } from '../../flow-test/coverage/coverage.ts';
import { formatPlace } from '../../workspace/finding.ts';
import type { Context } from '../context.ts';
import { paint, printLine, printTable } from './print.ts';

/** What no case reaches, with its place, and how much of each flow is reached. */
export function printCoverage(context: Context, flows: readonly FlowCoverage[]): void {
  printLine(context);
  const missing = flows.flatMap(({ points }) => points.filter(({ reached }) => !reached));
  for (const point of missing) {
    printLine(context, paint(context.stdout, 'yellow', `${formatPlace(point)}  ${point.what} ${point.lack}`));
  }
  if (missing.length > 0) printLine(context);
  const rows = flows.map((flow) => [flow.flow, ...countsOf([flow])]);
  if (flows.length > 1) rows.push(['all', ...countsOf(flows)]);
  const columns = [
    { title: 'flow' },
    { title: 'reached', align: 'right' },
    { title: 'of', align: 'right' },
    { title: '%', align: 'right' },
  ] as const;
  printTable(context, columns, rows);
}

function countsOf(flows: readonly FlowCoverage[]): readonly string[] {
  const points = flows.flatMap((flow) => flow.points);
  const reached = points.filter((point) => point.reached).length;
  return [reached, points.length, percentOf(flows)].map(String);
}
