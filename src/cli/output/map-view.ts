import type { MappedRecord } from '../../app/map/map-record.ts';
import { toSortedText } from '../../flow-test/json-diff.ts';
import { describeCame } from '../../flow-test/judge-case.ts';
import type { Context } from '../context.ts';
import { type Section, sideBySide, stacked } from './columns.ts';
import { paint, printLine } from './print.ts';

/** Narrower terminals show the parts below each other; so does what is no terminal, where it can be searched. */
const leastWidth = 100;

/** Input, canonical form and output beside each other, and how it ended. */
export function printMapped(context: Context, mapped: MappedRecord): void {
  const { stdout } = context;
  const sections = sectionsOf(mapped);
  const isWide = stdout.isTTY && stdout.columns >= leastWidth;
  for (const line of isWide ? sideBySide(sections, stdout.columns) : stacked(sections))
    printLine(context, line);
  const { came } = mapped;
  const key = came.key === undefined ? '' : `${came.key}: `;
  const isGood = came.outcome === 'delivered';
  const color = isGood ? 'green' : came.outcome === 'failed' ? 'red' : 'yellow';
  const ended = isGood ? 'would be written' : describeCame(came);
  printLine(context, `\n${paint(stdout, color, `${isGood ? '✓' : '✗'} ${key}${ended}`)}`);
  for (const { entity, key: id } of came.notGiven) {
    printLine(context, `  asked for $xref("${entity}", "${id}"): --xref ${entity}/${id}=… gives it`);
  }
}

/** What is the same as its neighbour is not shown twice: a flow without entities has no canonical form. */
function sectionsOf({ plan, input, came }: MappedRecord): readonly Section[] {
  const { source, target } = plan;
  const canonical = 'entity' in came ? came.entity : came.record;
  const name = 'entity' in came ? (target.entity ?? source.entity) : source.entity;
  const all = [
    { title: `input · ${source.connection} ${source.resource.name}`, value: input },
    { title: `canonical · ${name ?? 'mapped'}`, value: canonical },
    { title: `output · ${target.connection} ${target.resource.name}`, value: came.payload },
  ];
  const [first, second, third] = all.map(({ value }) =>
    value === undefined ? undefined : toSortedText(value),
  );
  const isOwn = [true, second !== undefined && second !== first && second !== third, third !== undefined];
  return all
    .filter((_, index) => isOwn[index])
    .map(({ title, value }) => ({ title, lines: JSON.stringify(value, undefined, 2).split('\n') }));
}
