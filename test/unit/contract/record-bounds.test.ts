import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { toPlainText } from '../../../src/contract/text/plain-text.ts';
import { toJsonText, toRawText } from '../../../src/contract/text/raw-text.ts';
import { isDeeperThan, quoteName, whyNoName } from '../../../src/contract/text/record-bounds.ts';
import { toJsonb } from '../../../src/store/postgres/storable.ts';

const nested = (levels: number, open = '{"a":', close = '}') =>
  JSON.parse(`${open.repeat(levels)}1${close.repeat(levels)}`) as unknown;

describe('depth', () => {
  it.each([
    ['objects', '{"a":', '}'],
    ['lists', '[', ']'],
    ['objects beside other members', '{"b":1,"a":', ',"c":"x"}'],
  ])('is measured to the level: %s', (_name, open, close) => {
    expect(isDeeperThan(nested(500, open, close), 500)).toBe(false);
    expect(isDeeperThan(nested(501, open, close), 500)).toBe(true);
    expect(isDeeperThan(nested(100_000, open, close), 500)).toBe(true);
  });

  it('takes what is no object for flat', () => {
    for (const value of [null, undefined, 5, 'x', true, [], {}]) expect(isDeeperThan(value, 1)).toBe(false);
  });
});

describe('the raw text of a record', () => {
  it.each([
    [{ a: [1, null, { b: 'ü"\n' }, []], c: {}, d: true, '__proto__ ': 1, e: undefined }],
    [JSON.parse('{"__proto__":{"x":1},"":[[],[{}]]}')],
    ['x'],
    [null],
    [[1, 2]],
  ])('is its JSON: %j', (value) => {
    expect(toRawText(value, 10_000)).toBe(JSON.stringify(value));
  });

  it('is cut, however deep it goes', () => {
    const text = toRawText(nested(100_000), 1_000);
    expect(text).toBe('{"a":'.repeat(200));
    expect(toJsonText(nested(20_000))).toBe(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`);
  });
});

describe('a name', () => {
  it.each(['4711', 'ä/%..', '😀', 'שלום', 'x'.repeat(1_000), '\u001f', '..'])('may be %j', (text) => {
    expect(whyNoName(text)).toBeUndefined();
  });

  it.each([
    ['A\0B', /NUL/],
    ['A\ud800', /half a character/],
    ['\udc00A', /half a character/],
    ['x'.repeat(1_001), /1001 bytes, where at most 1000/],
    ['😀'.repeat(251), /1004 bytes/],
  ])('cannot be %j', (text, why) => {
    expect(whyNoName(text)).toMatch(why);
  });

  it('is shown cut and written out', () => {
    expect(quoteName(`A\0${'x'.repeat(200)}`)).toMatch(/^"A\\u0000x+…"$/);
    expect(quoteName('a\r\nX: y\t')).toBe('"a\\r\\nX: y\\t"');
  });
});

describe('plain text', () => {
  it('writes out what no screen and no column can hold', () => {
    expect(toPlainText('a\0b\u001b[31mc\ud800d\tä\n😀')).toBe('a\\u0000b\\u001b[31mc\\ud800d\tä\n😀');
    expect(toPlainText('x'.repeat(100), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(toPlainText('😀😀', 2)).toBe('…');
  });

  it('is what a fault says, whoever said it first', () => {
    const answer = { status: 422, code: 'E\0', message: `x\0y${'z'.repeat(20_000)}` };
    const fault = new Fault('TL_TARGET_REJECTED', `refused: ${answer.message}`, { answer });
    expect(fault.message).toMatch(/^refused: x\\u0000yz+…$/);
    expect(fault.message.length).toBeLessThan(10_100);
    expect(fault.answer).toEqual({
      status: 422,
      code: 'E\\u0000',
      message: expect.stringMatching(/^x\\u0000yz+…$/),
    });
  });
});

it('makes JSON that PostgreSQL takes of any text', () => {
  expect(toJsonb({ a: 'ä', n: 1 })).toBe('{"a":"ä","n":1}');
  const strange = JSON.parse('{"n\\u0000":["x\\ud800",{"y":"\\\\u0000"}],"__proto__":"\\u0000"}');
  const storable = JSON.parse('{"n\\\\u0000":["x\\\\ud800",{"y":"\\\\u0000"}],"__proto__":"\\\\u0000"}');
  expect(JSON.parse(toJsonb(strange))).toEqual(storable);
});
