import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { surveyExpression } from '../../../src/mapping/survey/survey.ts';
import { anyExpression } from '../../support/random/any-expression.ts';
import { propertyRuns } from '../../support/random/property-runs.ts';

/** What is read, as paths; `?` stands where it is not known what a name is read from. */
function readsOf(text: string): string {
  const reads = surveyExpression(text)?.reads ?? [];
  const paths = reads.map(({ name, parents }) =>
    parents === undefined ? `?.${name}` : parents.map((parent) => [...parent, name].join('.')).join('|'),
  );
  return [...new Set(paths)].join(' ');
}

describe('surveyExpression', () => {
  it.each([
    ['a.b', 'a a.b'],
    ['a.`b c`.d', 'a a.b c a.b c.d'],
    ['"a".b', 'a a.b'],
    ['$.a & $$.b', 'a b'],
    ['a[b = 1].c', 'a a.b a.c'],
    ['(a)[b = 1].c', 'a a.b a.c'],
    ['a.{ "x": b, "y": $$.c }', 'a a.b c'],
    ['a.(b ? b : c)', 'a a.b a.c'],
    ['(a ? a : b).c', 'a b a.c|b.c'],
    ['a ?: b', 'a b'],
    ['a^(>b, c).d', 'a a.b a.c a.d'],
    ['a{ b: $sum(c) }', 'a a.b a.c'],
    ['a#$i[$i < 2].b', 'a a.b'],
    ['a@$x.b[c = $x.d].e', 'a b b.c a.d b.e'],
    ['a.b.%.c', 'a a.b ?.c'],
    ['a.*.b', 'a ?.b'],
    ['**.b', '?.b'],
    ['($x := a[0]; $x.b)', 'a a.b'],
    ['($x := a; $x := b; $x.c)', 'a b ?.c'],
    ['$unbound.a', '?.a'],
    ['$map(a, function($v) { $v.b })', 'a a.b'],
    ['$map(a, function($v) { $v.b }).c', 'a a.b a.b.c'],
    ['a ~> $filter(function($v) { $v.b }) ~> $map(function($v) { $v.c })', 'a a.b a.c'],
    ['$reduce(a, function($sum, $v) { $sum + $v.b }, 0)', 'a a.b'],
    ['$sort(a, function($l, $r) { $l.b > $r.b }).c', 'a a.b a.c'],
    ['$each(a, function($v, $k) { $v.b })', 'a ?.b'],
    ['($f := function($v) { $v.b }; a.$f($) & $f(c))', 'a a.b c c.b'],
    ['($walk := function($n) { [$n.a, $n.b.$walk($)] }; $walk(c))', 'c c.a c.b ?.a ?.b'],
    ['function($v) { $v.a & $$.b }', '?.a b'],
    ['a ~> |b|{ "c": d }|', 'a a.b a.b.d'],
    ['$lookup("table", a).b', 'a ?.b'],
    ['$merge([a, { "b": c }]).d', 'a c ?.d'],
    ['$reverse(a).b & $append(c, d).e', 'a a.b c d c.e|d.e'],
    ['$number(a.b).c', 'a a.b ?.c'],
    ['/* x.y */ a', 'a'],
  ])('follows %s', (text, expected) => {
    expect(readsOf(text)).toBe(expected);
  });

  it.each([
    ['a.`b c`', [0, 2]],
    ['  total . amount', [2, 10]],
    ['$map(lines, function($line) { $line.sku })', [5, 36]],
  ])('says where each name of %s stands', (text, offsets) => {
    expect(surveyExpression(text)?.reads.map(({ offset }) => offset)).toEqual(offsets);
  });

  it.each([
    ['a * 2', '*(a)'],
    ['$number(a) + $number(b)', '+(a b)'],
    ['$sum(a.($number(b) * c))', '*(a.b a.c) sum(a.b a.c)'],
    ['a ~> $round(2)', 'round(a)'],
    ['a.$round()', 'round(a)'],
    ['$times(a, b) & $plus(a, 1)', ''],
    ['a > b and $max([a, b]) = 3', ''],
  ])('notes what calculates in %s', (text, expected) => {
    const arithmetic = surveyExpression(text)?.arithmetic ?? [];
    const said = arithmetic.map(({ operator, operands }) => {
      const numbers = operands.flatMap((operand) => operand.numbers.map((place) => place.join('.')));
      return `${operator}(${numbers.join(' ')})`;
    });
    expect(said.join(' ')).toBe(expected);
  });

  it('gives nothing for what is no expression, or too large to be followed', () => {
    expect(surveyExpression('a.')).toBeUndefined();
    const doubling = Array.from(
      { length: 20 },
      (_, n) => `$f${n + 1} := function($x) { $f${n}($x) + $f${n}($x) }`,
    );
    const text = `($f0 := function($x) { $x.a }; ${doubling.join('; ')}; $f20($))`;
    expect(surveyExpression(text)).toBeUndefined();
  });
});

it('takes any expression', () => {
  fc.assert(
    fc.property(anyExpression, (text) => {
      surveyExpression(text);
    }),
    propertyRuns(2_000),
  );
});

/** Where it lies beside the checkout. Counterpart: test/support/random/any-expression.ts, in the test above. */
const suite = join(import.meta.dirname, '../../../../shared/data/jsonata-test-suite');

it.skipIf(!existsSync(suite))('takes every expression of JSONata’s own test suite', () => {
  const files = readdirSync(suite, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /case\w*\.json$/.test(path),
  );
  const texts = files.flatMap((path) => {
    const found = JSON.parse(readFileSync(join(suite, path), 'utf8')) as
      | { expr?: string }
      | { expr?: string }[];
    return [found].flat().flatMap(({ expr }) => expr ?? []);
  });
  expect(texts.length).toBeGreaterThan(500);
  for (const text of texts) expect(() => surveyExpression(text), text).not.toThrow();
});
