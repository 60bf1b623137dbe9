import { styleText } from 'node:util';
import Table from 'cli-table3';
import stringWidth from 'string-width';
import { toPlainText } from '../../contract/text/plain-text.ts';
import { asTyped } from '../command-names.ts';
import type { Context } from '../context.ts';
import { fitColumns } from './fit-columns.ts';

/** One JSON document on standard output. */
export function printJson(context: Context, document: unknown): void {
  const text = JSON.stringify(document, undefined, context.stdout.isTTY ? 2 : undefined);
  // JSON itself lets these through, and a terminal takes some for the beginning of a command.
  context.stdout.write(`${text.replace(/[\x7f-\x9f]/g, toUnicodeEscape)}\n`);
}

export function printLine(context: Context, line = ''): void {
  context.stdout.write(`${showableLine(context, line)}\n`);
}

/** A line that names a command to go on with. */
export function printHint(context: Context, line: string): void {
  printLine(context, asTyped(context, line));
}

/** For people watching; standard output stays free for the result. */
export function printNote(context: Context, line: string): void {
  context.stderr.write(`${showable(asTyped(context, line))}\n`);
}

/**
 * What systems and records say must not move the cursor, clear the screen or name the window of whoever reads it: of
 * control characters only tabs and line ends are left.
 */
export function showable(text: string): string {
  return toPlainText(text).replace(/\r(?!\n)/g, '\\u000d');
}

/** The same of a line with colours of ours in it, which stay where there are any. */
function showableLine({ stdout }: Context, line: string): string {
  if (paint(stdout, 'red', 'x') === 'x') return showable(line);
  const parts = line.split(painted);
  return parts.map((part, index) => (index % 2 === 1 ? part : showable(part))).join('');
}

/** The sequences that {@link paint} gives. */
const painted = /(\p{Cc}\[(?:1|2|22|31|32|33|39)m)/u;

function toUnicodeEscape(character: string): string {
  return `\\u00${character.charCodeAt(0).toString(16)}`;
}

export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** What somebody types to go on from here: shown whole, however narrow the terminal. */
  readonly isName?: true;
  /** Left out of a narrow terminal where every cell is 0. */
  readonly mayBeLeftOut?: true;
}

type Rows = readonly (readonly string[])[];

/** A table on standard output: as wide as the terminal at the most, whole where it goes anywhere else. */
export function printTable(context: Context, columns: readonly Column[], rows: Rows): void {
  printLine(context, formatTable(columns, rows, tableWidth(context)));
}

/** How many characters a line may have; `undefined` where nobody watches. */
export function tableWidth({ stdout }: Context): number | undefined {
  return stdout.isTTY ? stdout.columns || 80 : undefined;
}

export function formatTable(columns: readonly Column[], rows: Rows, width: number | undefined): string {
  const all = columns.map((_, index) => index);
  const shown = width === undefined || naturalWidth(columns, rows) <= width ? all : all.filter(isTelling);
  const heads = shown.flatMap((index) => columns[index] ?? []);
  const cells = rows.map((row) => shown.map((index) => showable(row[index] ?? '')));
  const widths = width === undefined ? undefined : fitColumns(fittings(heads, cells), width, gap);
  const table = new Table({
    head: heads.map(({ title }) => title),
    colAligns: heads.map(({ align }) => align ?? 'left'),
    ...(widths && { colWidths: widths.map((each) => each + gap) }),
    chars: plainLines,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': gap },
  });
  table.push(...cells);
  // Trailing blanks would only make copied text untidy.
  return table.toString().replaceAll(/ +$/gm, '');

  function isTelling(index: number): boolean {
    return columns[index]?.mayBeLeftOut !== true || rows.some((row) => row[index] !== '0');
  }
}

/** Between two columns. */
const gap = 2;

function fittings(columns: readonly Column[], rows: Rows) {
  return columns.map(({ title, align, isName }, index) => ({
    title: stringWidth(title),
    cells: Math.max(0, ...rows.map((row) => stringWidth(row[index] ?? ''))),
    kind: isName ? ('name' as const) : align === 'right' ? ('figure' as const) : ('text' as const),
  }));
}

function naturalWidth(columns: readonly Column[], rows: Rows): number {
  const widths = fittings(columns, rows).map(({ title, cells }) => Math.max(title, cells));
  return widths.reduce((total, each) => total + each, gap * (columns.length - 1));
}

const plainLines = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .concat('middle')
    .map((name) => [name, '']),
);

type Style = 'red' | 'green' | 'yellow' | 'dim' | 'bold';

/** Coloured where the stream is a terminal that wants colours. */
export function paint(stream: NodeJS.WriteStream, style: Style, text: string): string {
  return styleText(style, showable(text), { stream });
}
