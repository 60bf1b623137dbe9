import { describe, expect, it } from 'vitest';
import { compileDirect } from '../../../src/mapping/direct/compile-direct.ts';
import { createScope, giveUp } from '../../../src/mapping/direct/direct.ts';
import { compileExpression } from '../../../src/mapping/expression/expression.ts';
import { compileJsonata, syntaxTree } from '../../../src/mapping/expression/jsonata.ts';
import { toPlain } from '../../../src/mapping/expression/plain.ts';
import { wrapXref } from '../../../src/mapping/library/xref.ts';

const tables = {
  units: new Map<string, unknown>([
    ['a', 'A'],
    ['1', { code: 'ONE' }],
  ]),
};

describe('direct evaluation', () => {
  it.each([
    'a.{"x": b, "y": $decimal(c)}',
    'a.{"x": b}[]',
    '{"sku": a, "price": $money(b, "EUR")}',
    'a ? a',
    'a ?: "none"',
    'a & "-" & b',
    'a[b = "x"].c',
    'a[0].b',
    '$lookup("units", a) ?: a',
    '[a, b.c]',
    '$total(lines.($times(a, b)))',
    '$number(a.b) > 0 and c != "x"',
    '$$.a & $target.id',
    '$map(a, $string)',
    '$filter(a, function($x, $i) { $i > 0 })[0].b',
    '($x := a; $f := function($y) { $x & $y }; $f(b))',
    'a^(>b, c)[0].d',
    'a[b]#$i.{"n": $i, "c": c}',
    '$xref("a", b)',
    'a ~> $trim',
    'a ~> $join(", ")',
    '(a; b)[$ != ""]',
    'a in ["b", "c"] ? -b : $fail("X", "no")',
    '[$append(a, b), $reverse(c)]',
    '$replace($substringBefore(a, "-"), "x", "y")',
  ])('takes %s', (text) => {
    expect(compile(text)).toBeDefined();
  });

  it.each([
    '($f := function($x) { $f($x) }; $f(a))',
    '$map(a, function($x) { $later }) & ($later := 1)',
    '$match(a, /b/)',
    'a.%.b',
    'a{b: c}',
    '**',
    'a@$x.b',
  ])('leaves %s to JSONata', (text) => {
    expect(compile(text)).toBeUndefined();
  });

  it.each([
    ['a', { a: 1 }, 1],
    ['a.b', [{ a: { b: 1 } }, { a: [{ b: [2, 3] }] }], [1, 2, 3]],
    ['`x y`.b', { 'x y': [[{ b: 1 }], []] }, 1],
    ['a."b c"', { a: { 'b c': null } }, null],
    ['a.b', { a: [{ b: [1] }] }, [1]],
    ['"text"', [], 'text'],
    ['-1.5', undefined, -1.5],
    ['null', {}, null],
    ['$', [1], [1]],
    ['$$.a', { a: [] }, []],
    ['$bound.a', {}, [1, 2]],
    ['constructor', {}, undefined],
    ['a.length', { a: 'text' }, undefined],
  ])('never gives up on %s', (text, data, expected) => {
    const bindings = { bound: [{ a: 1 }, { a: 2 }] };
    expect(compile(text)?.(data, createScope(data, bindings))).toStrictEqual(expected);
  });

  it.each([
    '$count(lines.($$.lines.(n)))',
    '$map(lines, function($a) { $count($map($$.lines, function($b) { $b.n })) })',
    '$count(lines[$count($$.lines[n > 0]) > 0])',
    '$reduce(lines, function($sum, $a) { $sum + $count($$.lines.(n + 1)) }, 0)',
  ])('leaves %s to JSONata, which counts and gives way, where it takes too many steps', (text) => {
    const lines = (count: number) => ({ lines: Array.from({ length: count }, (_, n) => ({ n })) });
    const run = (data: unknown) => compile(text)?.(data, createScope(data, undefined));
    expect(() => run(lines(200))).not.toThrow();
    expect(() => run(lines(600))).toThrow(expect.toSatisfy((thrown) => thrown === giveUp));
  });

  it.each([
    ['$xref("a", id) & "-" & $xref("a", id) & $xref("b", $xref("a", id))', ['a/1', 'b/a1']],
    ['ids.$xref("a", $)', Array.from({ length: 40 }, (_, n) => `a/${n}`)],
    ['$exists(missing) ? $xref("a", missing) : "none"', []],
    ['[$xref("a", ""), $xref("a", null)]', []],
  ])('%s asks for its references one after the other, and gives what JSONata gives', async (text, asked) => {
    const data = { id: 1, ids: Array.from({ length: 40 }, (_, n) => n) };
    const seen = new Set<string>();
    const bindings = {
      xref: async (entity: string, id: string) => {
        seen.add(`${entity}/${id}`);
        return `${entity}${id}`;
      },
    };
    const value = await compileExpression(text).evaluate(data, bindings);
    expect([...seen]).toEqual(asked);
    expect(value).toEqual(toPlain(await compileJsonata(text).evaluate(data, wrapXref(bindings))));
  });

  it('leaves an input that is an array to JSONata, but for what is plain', () => {
    const data = [{ a: 1 }];
    expect(() => compile('a & ""')?.(data, createScope(data, undefined))).toThrow(
      expect.toSatisfy((thrown) => thrown === giveUp),
    );
  });
});

function compile(text: string) {
  return compileDirect(syntaxTree(compileJsonata(text, { tables })), { tables });
}
