import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Context } from '../context.ts';

/** One JSON document on standard output. */
export function printJson(context: Context, document: unknown): void {
  context.stdout.write(`${JSON.stringify(document, undefined, context.stdout.isTTY ? 2 : undefined)}\n`);
}

export function printLine(context: Context, line = ''): void {
  context.stdout.write(`${line}\n`);
}

/** For people watching; standard output stays free for the result. */
export function printNote(context: Context, line: string): void {
  context.stderr.write(`${line}\n`);
}

export interface Column {
  readonly title: string;
  readonly align?: 'right';
}

export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: plainLines,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
  });
  table.push(...rows.map((row) => [...row]));
  // Trailing blanks would only make copied text untidy.
  return table.toString().replaceAll(/ +$/gm, '');
}

const plainLines = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .concat('middle')
    .map((name) => [name, '']),
);

/** `1 flow`, `5 flows`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

type Style = 'red' | 'green' | 'yellow' | 'dim' | 'bold';

/** Coloured where the stream is a terminal that wants colours. */
export function paint(stream: NodeJS.WriteStream, style: Style, text: string): string {
  return styleText(style, text, { stream });
}
