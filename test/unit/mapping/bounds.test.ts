import { describe, expect, it, vi } from 'vitest';
import { defaultBounds } from '../../../src/mapping/bounds/budget.ts';
import { compileExpression } from '../../../src/mapping/expression/expression.ts';
import { compileJsonata } from '../../../src/mapping/expression/jsonata.ts';

const evaluate = (text: string, input: unknown = {}) => compileExpression(text).evaluate(input);

describe('an evaluation', () => {
  it('is counted by itself: a hundred beside each other may do what one may', async () => {
    const sum = compileJsonata('$sum($map([1..n], function($v) { $v * 2 }))', undefined, {
      limits: { ...defaultBounds, steps: 2_000 },
    });
    const some = Array.from({ length: 100 }, () => sum.evaluate({ n: 200 }));
    const tooMuch = sum.evaluate({ n: 2_000 });
    await expect(tooMuch).rejects.toMatchObject({ code: 'D1012' });
    expect(await Promise.all(some)).toEqual(new Array(100).fill(40_200));
  });

  it('gives way to timers and to other work while it goes on', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await evaluate('$sum($map([1..200000], function($v) { $v * 2 }))');
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
  });

  it.each([
    ['a range', '[1..n]', 'list of 9999999 members'],
    ['a list doubled again and again', '($f := function($a) { $f($append($a, $a)) }; $f([1,2]))', 'list of'],
    ['a text doubled again and again', '($f := function($a) { $f($a & $a) }; $f("ab"))', 'a text of'],
    ['a width', '$pad("x", n * 100)', 'a width of at most 1000000'],
    ['a width of what is mapped at once', '{ "a": $pad("x", -999999999) }', 'a width of at most 1000000'],
    ['one text many times', '$join([1..900000].$$.long)', 'too long to be held'],
  ])('that would fill the memory fails: %s', async (_what, text, message) => {
    const input = { n: 9_999_999, long: 'x'.repeat(5_000) };
    await expect(evaluate(text, input)).rejects.toMatchObject({
      code: 'TL_MAP_FAILED',
      message: expect.stringContaining(message),
    });
  });

  it('takes distinct members out of a long list as JSONata does', async () => {
    const input = {
      numbers: Array.from({ length: 100_000 }, (_, nth) => nth),
      mixed: [1, '1', '"1', true, 'true', null, { a: 1, b: [2] }, { b: [2], a: 1 }, [1], [1], 1, '1'],
    };
    expect(await evaluate('$count($distinct(numbers))', input)).toBe(100_000);
    expect(await evaluate('$distinct(mixed)', input)).toEqual([
      ...[1, '1', '"1', true, 'true', null],
      ...[{ a: 1, b: [2] }, [1]],
    ]);
  });
});

describe('a regular expression in an expression', () => {
  const endless = 'a'.repeat(60);

  it.each([
    ['$contains(email, /^([a-z0-9]+[.]?)+@/)', false],
    ['$match(email, /(a+)+b/)', undefined],
    ['$replace(email, /(a|aa)+$!/, "")', endless],
    ['$split(email, /(?:a+)+,/)', [endless]],
    ['$eval("$contains(email, /^([a-z0-9]+[.]?)+@/)")', false],
  ])('gives its result where JavaScript would not end: %s', async (text, expected) => {
    expect(await evaluate(text, { email: endless })).toEqual(expected);
  });

  it('that nothing but time ends is tried again', async () => {
    await expect(evaluate('$contains(email, /^(a+)+(?=b)/)', { email: endless })).rejects.toMatchObject({
      code: 'TL_MAP_SLOW',
      kind: 'transient',
    });
  });

  it('ends also where each match is quick and all of them are not', async () => {
    const text = 'a'.repeat(400_000);
    await expect(evaluate('$replace(text, /a+b|a/, "")', { text })).rejects.toMatchObject({
      code: 'TL_MAP_SLOW',
    });
  });
});

describe('the time of an evaluation', () => {
  it('does not begin before the evaluation', async () => {
    const slow = compileJsonata('$count(lines)');
    const clock = vi.spyOn(performance, 'now');
    try {
      await slow.evaluate({ lines: [1] });
      // A minute passes in which other things are done.
      const ahead = performance.now() + 60_000;
      clock.mockImplementation(() => ahead);
      expect(await slow.evaluate({ lines: [1, 2] })).toBe(2);
    } finally {
      clock.mockRestore();
    }
  });
});
