import type { CellObject } from '@e965/xlsx';

/** How a workbook counts days, and what reads its formats. */
export interface Dates {
  readonly is1904: boolean;
  readonly isDate: (format: string) => boolean;
  readonly parts: (days: number, options: { readonly date1904: boolean }) => DateParts;
}

interface DateParts {
  readonly y: number;
  readonly m: number;
  readonly d: number;
  readonly H: number;
  readonly M: number;
  readonly S: number;
}

/**
 * A cell as text: a text as it is, a number with all its digits and a dot (`1234.5`, whatever it looks like in Excel),
 * one that is shown with leading zeros with them (`00123`), a date as `2026-03-01` or `2026-03-01T08:15:00`, a truth as
 * `true` or `false`, nothing as an empty text. `undefined`: an error such as `#N/A`.
 */
export function toCellText(cell: CellObject | undefined, dates: Dates): string | undefined {
  if (cell === undefined || cell.t === 'z' || cell.v === undefined) return '';
  switch (cell.t) {
    case 'e':
      return undefined;
    case 'b':
      return String(cell.v);
    case 'n':
      return toNumberText(Number(cell.v), String(cell.z ?? 'General'), dates);
    default:
      return String(cell.v);
  }
}

function toNumberText(value: number, format: string, dates: Dates): string {
  if (dates.isDate(format)) return toDateText(value, dates);
  if (/^0+$/.test(format)) return String(Math.round(value)).padStart(format.length, '0');
  // Excel keeps 15 digits; what binary fractions add behind them is none of the value.
  return String(Number(value.toPrecision(15)));
}

function toDateText(value: number, { parts, is1904 }: Dates): string {
  const { y, m, d, H, M, S } = parts(value, { date1904: is1904 });
  const two = (part: number) => String(Math.floor(part)).padStart(2, '0');
  const date = `${String(y).padStart(4, '0')}-${two(m)}-${two(d)}`;
  const time = `${two(H)}:${two(M)}:${two(S)}`;
  if (value < 1) return time;
  return Number.isInteger(value) ? date : `${date}T${time}`;
}
