import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { TestCase } from '../../../src/contract/generated/test.ts';
import { appendCase, formatCase, toFreeName } from '../../../src/workspace/text/append-case.ts';

const added: TestCase = {
  case: 'order 4711',
  record: { id: '007', note: 'two\nlines', price: 12.5, list: [], on: 'yes' },
  xref: { customer: { 'C-17': '8f3a' } },
  expect: { key: '007', outcome: 'delivered' },
};
const file = { path: 'flows/orders.test.yaml', flow: 'orders', schema: '../schemas/test.schema.json' };

function append(text: string | undefined): string {
  return appendCase({ ...file, text }, added);
}

describe('a recorded case', () => {
  it('begins a file that editors understand', () => {
    const text = append(undefined);
    expect(text).toMatch(
      /^# yaml-language-server: \$schema=\.\.\/schemas\/test\.schema\.json\nflow: orders\ncases:\n {2}- case: order 4711\n {4}record:\n/,
    );
    expect(parse(text)).toEqual({ flow: 'orders', cases: [added] });
  });

  it.each([
    [
      'indented',
      'flow: orders # mine\n\n# The first one.\ncases:\n  - case: one\n    record: { id:   "1" }   # as it came\n    expect: { outcome: delivered }\n',
    ],
    ['not indented', 'flow: orders\ncases:\n- case: "one"\n  record: {}\n  expect:\n     outcome: filtered'],
    [
      'not last',
      'flow: orders\ncases:\n    - case: one\n      record: {}\n      expect: { outcome: delivered }\n\n# What the mapping looks up.\ntables: { a: { b: c } }\n',
    ],
    [
      'followed by a comment',
      'flow: orders\ncases:\n  - case: one\n    record: {}\n    expect: { outcome: delivered }\n# more to come\n',
    ],
    [
      'with Windows line ends',
      'flow: orders\r\ncases:\r\n  - case: one\r\n    record: {}\r\n    expect: { outcome: delivered }\r\n',
    ],
  ])('is added to a list that is %s, and every line of it stays', (_what, text) => {
    const result = append(text);
    const lines = result.split('\n');
    expect(text.split('\n').filter((line) => line !== '' && !lines.includes(line))).toEqual([]);
    const { cases, ...rest } = parse(result);
    const { cases: before, ...restBefore } = parse(text);
    expect({ cases, rest }).toEqual({ cases: [...before, added], rest: restBefore });
  });

  it.each([
    [
      'a list in one line',
      'flow: orders # mine\ncases: [{ case: one, record: {}, expect: { outcome: delivered } }]\n',
      2,
    ],
    ['no list', '# Tests.\nflow: orders # mine\n', 1],
    ['an empty list', 'flow: orders # mine\ncases:\n', 1],
  ])('is added to %s, and comments stay', (_what, text, count) => {
    const result = append(text);
    expect(parse(result).cases).toHaveLength(count);
    expect(parse(result).cases.at(-1)).toEqual(added);
    expect(result).toContain('# mine');
  });

  it.each([
    ['flow: others\ncases: []\n', 'TL_WORKSPACE_INVALID', 'tests the flow "others", not "orders"'],
    ['- a\n', 'TL_WORKSPACE_INVALID', 'is no test file'],
    ['flow: orders\n cases: [\n', 'TL_WORKSPACE_INVALID', 'flows/orders.test.yaml:'],
    [
      'flow: orders\ncases:\n  - case: order 4711\n',
      'TL_ARGUMENT_INVALID',
      'has a case "order 4711" already',
    ],
  ])('is refused by %j', (text, code, message) => {
    expect(() => append(text)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  it('gets a name that is free', () => {
    const text = 'cases:\n  - case: a\n  - case: a (2)\n  - case: b\n';
    expect(['a', 'b', 'c'].map((name) => toFreeName(text, name))).toEqual(['a (3)', 'b (2)', 'c']);
    expect(toFreeName(undefined, 'a')).toBe('a');
    expect(toFreeName('- [', 'a')).toBe('a');
  });

  it('is printed as an item of the list', () => {
    expect(parse(formatCase(added))).toEqual([added]);
  });
});
