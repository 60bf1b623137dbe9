import fc from 'fast-check';

const scalars = [
  null,
  true,
  false,
  0,
  1,
  2,
  -2.5,
  1e21,
  '',
  'a',
  '1',
  '12.50',
  ' text ',
  'ß€😀',
  '2026-03-01',
];
const names = ['a', 'b', 'c', 'a.b', 'b.c', '`x y`', 'missing'];
const variables = ['$', '$$', '$bound', '$unbound', '$list', '$nothing'];
const literals = [
  '"a"',
  '""',
  '"EUR"',
  '"1"',
  '0',
  '1',
  '2.5',
  '-2',
  '1e3',
  'true',
  'false',
  'null',
  '[]',
  '{}',
];
const keys = ['"x"', '"y"', '"x"', '"__proto__"', 'a'];
const operators = [
  ...[' & ', ' = ', ' != ', ' < ', ' <= ', ' > ', ' >= ', ' + ', ' - ', ' * ', ' / ', ' % '],
  ...[' and ', ' or ', ' in ', ' ?? ', ' ?: '],
];
const functionsOfOne = [
  ...['$string', '$length', '$uppercase', '$lowercase', '$trim', '$number', '$abs', '$floor', '$ceil'],
  ...['$round', '$sum', '$max', '$min', '$average', '$count', '$join', '$boolean', '$not', '$type'],
  ...['$exists', '$toMillis', '$fromMillis', '$encodeUrlComponent', '$decimal', '$total', '$date'],
  ...['$keys', '$reverse', '$distinct', '$merge', '$spread'],
];
const functionsOfTwo = [
  ...['$substring', '$substringBefore', '$substringAfter', '$pad', '$round', '$formatNumber', '$join'],
  ...[
    '$plus',
    '$minus',
    '$times',
    '$dividedBy',
    '$rounded',
    '$money',
    '$decimal',
    '$date',
    '$append',
    '$split',
  ],
];
const functionsOfThree = ['$substring', '$pad', '$rounded', '$lookup', '$date'];
const functionsOfContext = [
  '$string',
  '$trim',
  '$number',
  '$length',
  '$uppercase',
  '$boolean',
  '$abs',
  '$type',
];

/**
 * Random JSONata: of every kind that is evaluated directly, and of some that are not. Everything is in parentheses where
 * precedence could matter, so that what is generated is what is evaluated.
 */
export const anyExpression: fc.Arbitrary<string> = fc.letrec<Tie>((tie: fc.LetrecTypedTie<Tie>) => {
  const value = tie('value');
  const inside = value.map((text) => `(${text})`);
  return {
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { arbitrary: fc.constantFrom(...names), weight: 4 },
      { arbitrary: fc.constantFrom(...literals), weight: 3 },
      { arbitrary: fc.constantFrom(...variables), weight: 1 },
      { arbitrary: tie('path'), weight: 8 },
      { arbitrary: tie('call'), weight: 4 },
      { arbitrary: join(inside, fc.constantFrom(...operators), inside), weight: 5 },
      { arbitrary: join(inside, ' ? ', inside, ' : ', inside), weight: 1 },
      { arbitrary: join(inside, ' ? ', inside), weight: 1 },
      { arbitrary: join('-', inside), weight: 1 },
      { arbitrary: tie('object'), weight: 2 },
      { arbitrary: tie('array'), weight: 2 },
      { arbitrary: tie('block'), weight: 1 },
      { arbitrary: join(inside, ' ~> ', fc.constantFrom('$string', '$sum', '$count', '$exists')), weight: 1 },
    ),
    path: fc
      .tuple(tie('start'), fc.array(tie('step'), { minLength: 1, maxLength: 3 }))
      .map(([start, steps]) => start + steps.join('')),
    start: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { arbitrary: fc.constantFrom(...names), weight: 8 },
      { arbitrary: fc.constantFrom(...variables, '*', '**'), weight: 3 },
      { arbitrary: fc.oneof(inside, tie('array'), tie('object'), tie('call')), weight: 1 },
    ),
    step: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { arbitrary: fc.constantFrom(...names).map((name) => `.${name}`), weight: 8 },
      { arbitrary: fc.constantFrom('[]', '[0]', '[-1]', '[1]', '.*', '[[0..1]]', '.$', '^(a)'), weight: 4 },
      { arbitrary: join('[', value, ']'), weight: 3 },
      { arbitrary: join('.', fc.oneof(inside, tie('object'), tie('array'), tie('call'))), weight: 3 },
      { arbitrary: fc.constantFrom('.%', '#$i.($i)', '@$v.($v.b)', '{a: b}', '{"x": $sum(b)}'), weight: 1 },
    ),
    call: fc.oneof(
      join(fc.constantFrom(...functionsOfOne), '(', value, ')'),
      join(fc.constantFrom(...functionsOfTwo), '(', value, ', ', value, ')'),
      join(fc.constantFrom(...functionsOfThree), '(', value, ', ', value, ', ', value, ')'),
      join(fc.constantFrom(...functionsOfContext), '()'),
      join('$lookup("units", ', value, ')'),
      join('$map(', value, ', function($v) { ', value, ' })'),
    ),
    object: fc
      .array(join(fc.oneof(fc.constantFrom(...keys), inside), ': ', value), { maxLength: 3 })
      .map((members) => `{${members.join(', ')}}`),
    array: fc
      .array(fc.oneof(value, join(inside, ' .. ', inside)), { maxLength: 3 })
      .map((items) => `[${items.join(', ')}]`),
    block: fc.oneof(
      inside,
      join('(', value, '; ', value, ')'),
      join('($own := ', value, '; ', value, ')'),
      join('($own := ', value, '; $own.', fc.constantFrom(...names), ')'),
    ),
  };
}).value;

type Tie = {
  value: string;
  path: string;
  start: string;
  step: string;
  call: string;
  object: string;
  array: string;
  block: string;
};

/** JSON made of the names that the expressions ask for: as they expect it about half of the time. */
export const anyInput: fc.Arbitrary<unknown> = fc.letrec<{ json: unknown; value: unknown; object: unknown }>(
  (tie) => ({
    json: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { arbitrary: tie('object'), weight: 3 },
      { arbitrary: tie('value'), weight: 1 },
    ),
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { arbitrary: fc.constantFrom<unknown>(...scalars), weight: 5 },
      { arbitrary: tie('object'), weight: 2 },
      { arbitrary: fc.array(tie('object'), { maxLength: 3 }), weight: 2 },
      { arbitrary: fc.array(tie('value'), { maxLength: 3 }), weight: 2 },
      { arbitrary: fc.array(fc.constantFrom(1, 2, 2.5), { maxLength: 3 }), weight: 1 },
    ),
    object: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'x y'), tie('value'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  }),
).json;

type Part = string | fc.Arbitrary<string>;

function join(...parts: readonly Part[]): fc.Arbitrary<string> {
  const texts = parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part));
  return fc.tuple(...texts).map((each) => each.join(''));
}
