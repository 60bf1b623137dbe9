import { expect, it } from 'vitest';
import { sideBySide, stacked } from '../../../src/cli/output/columns.ts';

const sections = [
  { title: 'input', lines: ['{', '  "text": "abcdefghij"', '}'] },
  { title: 'output', lines: ['[]'] },
];

it('puts sections beside each other within the width, and goes on below with what is too long', () => {
  expect(sideBySide(sections, 35)).toEqual([
    'input              output',
    '────────────────   ────────────────',
    '{                  []',
    '  "text": "abcde',
    '    fghij"',
    '}',
  ]);
});

it('puts them below each other, each under its name', () => {
  expect(stacked(sections)).toEqual(['── input', '{', '  "text": "abcdefghij"', '}', '', '── output', '[]']);
});
