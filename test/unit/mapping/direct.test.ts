import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileDirect } from '../../../src/mapping/direct/compile-direct.ts';
import { giveUp } from '../../../src/mapping/direct/direct.ts';
import { compileJsonata, syntaxTree } from '../../../src/mapping/expression/jsonata.ts';

const tables = {
  units: new Map<string, unknown>([
    ['a', 'A'],
    ['1', { code: 'ONE' }],
  ]),
};

const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false, 0, 1, -2.5, 10, '', 'a', '1', '12.50', 'text'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { minKeys: 1, maxKeys: 3 }),
  ),
})).value;

const operators = ['&', '=', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', 'and', 'or', '??', '?:'];
const oneArgument = [
  ...[
    '$decimal',
    '$total',
    '$date',
    '$string',
    '$number',
    '$trim',
    '$uppercase',
    '$length',
    '$exists',
    '$not',
  ],
  ...['$boolean', '$count', '$sum', '$max', '$abs', '$round', '$type', '$join', '$toMillis', '$floor'],
];
const twoArguments = [
  '$plus',
  '$minus',
  '$times',
  '$dividedBy',
  '$rounded',
  '$money',
  '$join',
  '$substring',
  '$substringBefore',
];

/** Random expressions of the kinds that are evaluated directly. */
const anyExpression = fc.letrec<{ value: string; step: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(
      'a',
      'b',
      'a.b',
      'a.b.c',
      '$',
      '$.a',
      '$$.b',
      '$$',
      '$bound',
      '$bound.a',
      '"a"',
      '1',
      '-2',
      'true',
      'null',
      '"EUR"',
    ),
    fc.constantFrom(
      'a[]',
      'a.b[]',
      'a[].b',
      'a[0]',
      'a[-1].b',
      'a[b = 1]',
      'a[b].c',
      'a[0][b]',
      'a.b[1]',
      'a[c and b]',
    ),
    fc
      .tuple(tie('value'), fc.constantFrom(...operators), tie('value'))
      .map(([l, o, r]) => `(${l}) ${o} (${r})`),
    fc.tuple(tie('value'), tie('value'), tie('value')).map(([i, t, e]) => `(${i}) ? (${t}) : (${e})`),
    fc.tuple(tie('value'), tie('value')).map(([i, t]) => `(${i}) ? (${t})`),
    fc.tuple(tie('value'), tie('value')).map(([x, y]) => `{"x": ${x}, "y": ${y}}`),
    fc.tuple(tie('value'), tie('value')).map(([x, y]) => `[${x}, ${y}]`),
    fc.tuple(fc.constantFrom(...oneArgument), tie('value')).map(([f, x]) => `${f}(${x})`),
    fc
      .tuple(fc.constantFrom(...twoArguments), tie('value'), tie('value'))
      .map(([f, x, y]) => `${f}(${x}, ${y})`),
    tie('value').map((x) => `$lookup("units", ${x})`),
    fc
      .tuple(
        fc.constantFrom('a', 'b', 'a.b', '$bound', '$'),
        tie('step'),
        fc.constantFrom('', '[]', '.x', '.y.a'),
      )
      .map((p) => `${p[0]}.${p[1]}${p[2]}`),
  ),
  step: fc.oneof(
    fc.tuple(tie('value'), tie('value')).map(([x, y]) => `{"x": ${x}, "y": ${y}}`),
    tie('value').map((x) => `(${x})`),
    fc.tuple(fc.constantFrom(...oneArgument), tie('value')).map(([f, x]) => `${f}(${x})`),
    fc.constantFrom('$string()', '$trim()', '$number()'),
  ),
})).value;

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
  ])('takes %s', (text) => {
    expect(compile(text)).toBeDefined();
  });

  it.each([
    '$map(a, $string)',
    '($x := a; $x)',
    'a^(b)',
    'a.%.b',
    'a{b: c}',
    '**',
    '$xref("a", b)',
    'a ~> $trim',
    'a@$x.b',
  ])('leaves %s to JSONata', (text) => {
    expect(compile(text)).toBeUndefined();
  });

  it('gives exactly what JSONata gives, or nothing at all', async () => {
    let decided = 0;
    await fc.assert(
      fc.asyncProperty(anyExpression, anyJson, anyJson, async (text, data, bound) => {
        const bindings = { bound };
        const attempt = compile(text);
        const result = attempt === undefined ? giveUp : attempt(data, bindings);
        if (result === giveUp) return;
        decided += 1;
        const before = JSON.stringify(data);
        const expected = await compileJsonata(text, { tables }).evaluate(data, bindings);
        expect(toJson(result)).toEqual(toJson(expected));
        expect(JSON.stringify(data)).toBe(before);
      }),
      { numRuns: Number(process.env['RUNS'] ?? 6_000), seed: Number(process.env['SEED'] ?? 4711) },
    );
    expect(decided).toBeGreaterThan(2_000);
  });
});

function compile(text: string) {
  return compileDirect(syntaxTree(compileJsonata(text, { tables })), { tables });
}

function toJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
