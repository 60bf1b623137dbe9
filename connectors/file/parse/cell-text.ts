import type { CellObject } from '@e965/xlsx';

/** How a workbook counts days, and what reads its formats. */
export interface Dates {
  readonly is1904: boolean;
  readonly isDate: (format: string) => boolean;
  readonly parts: (days: number, options: { readonly date1904: boolean }) => DateParts | null;
}

interface DateParts {
  readonly y: number;
  readonly m: number;
  readonly d: number;
  readonly H: number;
  readonly M: number;
  readonly S: number;
}

/** Why a cell has no text that could be relied on. */
export interface WrongCell {
  readonly problem: string;
}

/**
 * A cell as text: a text as it is, a number with all its digits and a dot (`1234.5`, whatever it looks like in Excel),
 * one that is shown with leading zeros with them (`00123`), a date as `2026-03-01` or `2026-03-01T08:15:00`, a truth as
 * `true` or `false`, nothing as an empty text.
 */
export function toCellText(cell: CellObject | undefined, dates: Dates): string | WrongCell {
  if (cell === undefined || cell.t === 'z' || cell.v === undefined) return '';
  switch (cell.t) {
    case 'e':
      return { problem: 'holds an error of Excel' };
    case 'b':
      return String(cell.v);
    case 'n':
      return toNumberText(Number(cell.v), String(cell.z ?? 'General'), dates);
    default:
      return String(cell.v);
  }
}

function toNumberText(value: number, format: string, dates: Dates): string | WrongCell {
  if (dates.isDate(format)) return toDateText(value, dates);
  if (/^0+$/.test(format)) return String(Math.round(value)).padStart(format.length, '0');
  if (Number.isSafeInteger(value)) return String(value);
  // Excel keeps 15 digits; what binary fractions add behind them is none of the value.
  const kept = Number(value.toPrecision(15));
  if (!Number.isInteger(value)) return String(kept);
  return kept === value
    ? value.toLocaleString('en', { useGrouping: false, maximumSignificantDigits: 15 })
    : { problem: 'holds a number of more digits than a workbook keeps; write it as text' };
}

/** Excel shows `####` for a day before its calendar, or behind it. */
function toDateText(value: number, { parts, is1904 }: Dates): string | WrongCell {
  const found = parts(value, { date1904: is1904 });
  if (found === null) return { problem: 'holds a date that Excel has none for' };
  const { y, m, d, H, M, S } = found;
  const two = (part: number) => String(Math.floor(part)).padStart(2, '0');
  const date = `${String(y).padStart(4, '0')}-${two(m)}-${two(d)}`;
  const time = `${two(H)}:${two(M)}:${two(S)}`;
  if (value < 1) return time;
  return Number.isInteger(value) ? date : `${date}T${time}`;
}
