import { present } from '../../contract/present.ts';

/** What a column of a table may lose where the terminal is too narrow for all of it. */
export interface FittingColumn {
  /** Width of the title, and of the widest cell below it. */
  readonly title: number;
  readonly cells: number;
  /** `text`: its end. `figure`: of its title only. `name`: nothing, since a name that is cut cannot be typed. */
  readonly kind: 'text' | 'figure' | 'name';
}

/** Texts are cut to this first, then titles of figures, then texts once more. */
const readable = 12;
const least = 4;

/**
 * The widths of a table's columns, so that all of them with `gap` between them take no more than `width`. The widest
 * texts give first. Where names and figures alone are wider than that, so is the table.
 */
export function fitColumns(columns: readonly FittingColumn[], width: number, gap: number): readonly number[] {
  const room = width - gap * (columns.length - 1);
  let widths: readonly number[] = columns.map(({ title, cells }) => Math.max(title, cells));
  for (const [kind, floor] of [
    ['text', readable],
    ['figure', least],
    ['text', least],
  ] as const) {
    const floors = columns.map((column, index) => {
      const now = present(widths[index], 'the width of a column');
      if (column.kind !== kind) return now;
      return Math.min(now, Math.max(floor, kind === 'figure' ? column.cells : 0));
    });
    widths = shrink(widths, floors, room);
  }
  return widths;
}

/** Takes from the widest, one by one, until it fits or nothing has anything left to give. */
function shrink(widths: readonly number[], floors: readonly number[], room: number): readonly number[] {
  const next = [...widths];
  for (let over = sum(next) - room; over > 0; over -= 1) {
    let widest = -1;
    for (const [index, now] of next.entries()) {
      if (now > (floors[index] ?? now) && now > (next[widest] ?? 0)) widest = index;
    }
    if (widest < 0) break;
    next[widest] = present(next[widest], 'the widest column') - 1;
  }
  return next;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
