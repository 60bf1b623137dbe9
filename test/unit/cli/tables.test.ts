import { expect, test } from 'vitest';
import { type Column, formatTable } from '../../../src/cli/output/print.ts';
import { runColumns } from '../../../src/cli/output/run-table.ts';

const errors: readonly Column[] = [
  { title: 'id', align: 'right', isName: true },
  { title: 'flow' },
  { title: 'key', isName: true },
  { title: 'message' },
];
const row = [
  '4711',
  'orders-to-erp-and-further',
  'SO-2026-000017',
  `the ERP says: ${'no '.repeat(60)}`.trim(),
];

function widthOf(table: string): number {
  return Math.max(...table.split('\n').map((line) => line.length));
}

test('a table that goes into a file is whole', () => {
  expect(formatTable(errors, [row], undefined)).toContain(row[3]);
});

test.each([132, 80, 60])('fits %i columns, and keeps what is typed again', (width) => {
  const table = formatTable(errors, [row], width);
  expect(widthOf(table)).toBeLessThanOrEqual(width);
  expect(table).toContain('4711');
  expect(table).toContain('SO-2026-000017');
  expect(table).toContain('…');
});

test('leaves figures that are all 0 out before it cuts anything', () => {
  const cells = ['orders-to-warehouse', 'errors', '500', '456', '0', '39', '0', '3', '2', '0', '0.7 s'];
  const whole = formatTable(runColumns, [cells], 120);
  expect(whole).toContain('superseded');
  const narrow = formatTable(runColumns, [cells], 80);
  expect(widthOf(narrow)).toBeLessThanOrEqual(80);
  expect(narrow.split('\n')[0]).toMatch(/^flow +status +read +delivered +filtered +blocked +failed +time$/);
  expect(narrow).not.toContain('…');
  const busy = cells.map((cell) => (cell === '0' ? '7' : cell));
  const cut = formatTable(runColumns, [busy], 80);
  expect(widthOf(cut)).toBeLessThanOrEqual(80);
  for (const cell of busy.slice(2)) expect(cut).toContain(cell);
});

test('counts characters as a terminal shows them', () => {
  const table = formatTable([{ title: 'a' }, { title: 'b' }], [['日本語'.repeat(20), 'x']], 40);
  expect(table.split('\n')[1]).toMatch(/^[日本語]{10,19}… +x$/);
});
