import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOutOfTime } from '../../../src/regexp/bounded-exec.ts';
import { compilePattern } from '../../../src/regexp/pattern.ts';
import { propertyRuns } from '../../support/random/property-runs.ts';

describe('a regular expression', () => {
  it.each([
    ['^([a-z0-9]+[.]?)+@', 'a'.repeat(60)],
    ['(a+)+$', `${'a'.repeat(60)}!`],
    ['^(a|aa)+$', `${'a'.repeat(90)}!`],
    ['(\\w+\\s?)+;', 'word '.repeat(20)],
    ['^(?:a?){40}a{40}$', 'a'.repeat(39)],
    ['(x+x+)+y', 'x'.repeat(60)],
    ['(.*)*\\d$', 'x'.repeat(60)],
    ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(60)],
  ])('that JavaScript would not end with has no match, at once: %s', (source, text) => {
    expect(compilePattern(source).test(text)).toBe(false);
  });

  it('takes a time that grows with the text only', () => {
    expect(compilePattern('^([a-z0-9]+[.]?)+@').exec('a'.repeat(200_000))).toBeNull();
  });

  it.each(['^(a+)+(?=b)', '^(?:(a+)+)\\1b', '(?<=(a+)+)b$'])(
    'that only JavaScript can match is ended when it takes too long: %s',
    (source) => {
      const match = () => compilePattern(source).exec('a'.repeat(60));
      const thrown = attempt(match);
      expect(thrown === undefined || isOutOfTime(thrown)).toBe(true);
    },
  );

  it('of the rarer kind still matches as JavaScript does', () => {
    expect(compilePattern('(?<=€)\\d+(?=,)').exec('Price: €17,90')?.[0]).toBe('17');
    expect(compilePattern('^(.)\\1$').test('aa')).toBe(true);
    expect(compilePattern('^b', 'm').test('a\nb')).toBe(true);
    expect(compilePattern('[\\S]+').exec(' ab ')?.[0]).toBe('ab');
  });

  it('matches from a place on, with groups, names and positions', () => {
    const pattern = compilePattern('(?<area>\\d{2,4})/(\\d+)?');
    expect(pattern.exec('030/12 089/')).toMatchObject({ 0: '030/12', 1: '030', 2: '12', index: 0 });
    const second = pattern.exec('030/12 089/', 6);
    expect([...(second ?? [])]).toEqual(['089/', '089', undefined]);
    expect(second?.index).toBe(7);
  });

  it('gives what JavaScript gives', () => {
    fc.assert(
      fc.property(patterns, texts, fc.constantFrom('', 'i', 's', 'u'), (source, text, flags) => {
        const native = attempt(() => new RegExp(source, flags)) === undefined && new RegExp(source, flags);
        if (native === false) return;
        expect(show(compilePattern(source, flags).exec(text))).toEqual(show(native.exec(text)));
      }),
      propertyRuns(1_500),
    );
  });
});

function attempt(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

function show(match: RegExpExecArray | null): unknown {
  return match === null ? null : { at: match.index, groups: [...match] };
}

const atoms = [
  'a',
  'b',
  '\\d',
  '\\w',
  '\\s',
  '\\S',
  '.',
  '[ab]',
  '[^a]',
  '[a-c\\s]',
  '\\.',
  '-',
  'é',
  '[\\d.-]',
];
const others = ['\\b', '^', '$', '\\u0041', '(?:ab)', '(?:|a)', '(?:b|)', '[[a]', '\\/', '@', ' '];
const quantifiers = ['', '', '', '*', '+', '?', '{2}', '{1,3}', '*?', '+?', '??', '{2,}'];

const { node: patterns } = fc.letrec<{ node: string }>((tie) => {
  const quantifier = fc.constantFrom(...quantifiers);
  const pair = fc.tuple(tie('node'), tie('node'));
  return {
    node: fc.oneof(
      { depthSize: 'small' },
      fc.tuple(fc.constantFrom(...atoms), quantifier).map((parts) => parts.join('')),
      fc.constantFrom(...others),
      pair.map((parts) => parts.join('')),
      pair.map(([left, right]) => `(?:${left}|${right})`),
      fc.tuple(tie('node'), quantifier).map(([inner, times]) => `(${inner})${times}`),
      fc.tuple(tie('node'), quantifier).map(([inner, times]) => `(?:${inner})${times}`),
    ),
  };
});

const characters = ['a', 'b', 'c', '1', '.', '-', 'é', ' ', '\n', '\u00a0', 'x', 'A', '@', '/', '['];
const texts = fc.array(fc.constantFrom(...characters), { maxLength: 14 }).map((some) => some.join(''));
