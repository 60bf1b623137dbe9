import fc from 'fast-check';

const names = ['a', 'b', 'c', 'a.b', 'b.c', 'n', 'a.n', 's', '`x y`', 'missing'];
const variables = ['$', '$$', '$bound', '$unbound', '$list', '$nothing'];
const literals = [
  ...[
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
    '[0]',
    '["", false]',
  ],
];
const operators = [
  ...[' & ', ' = ', ' != ', ' < ', ' <= ', ' > ', ' >= ', ' + ', ' - ', ' * ', ' / ', ' % '],
  ...[' and ', ' or ', ' in ', ' ?? ', ' ?: '],
];
const functionsOfOne = [
  ...['$string', '$length', '$uppercase', '$lowercase', '$trim', '$number', '$abs', '$floor', '$ceil'],
  ...['$round', '$sum', '$max', '$min', '$average', '$count', '$join', '$boolean', '$not', '$type'],
  ...['$exists', '$toMillis', '$fromMillis', '$encodeUrlComponent', '$decimal', '$total', '$date'],
  ...['$keys', '$reverse', '$distinct', '$merge', '$spread', '$sqrt', '$encodeUrl', '$base64encode'],
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
    '$contains',
    '$power',
    '$formatBase',
    '$zip',
  ],
];
const functionsOfThree = ['$substring', '$pad', '$rounded', '$lookup', '$date', '$replace'];
const functionsOfFunctions = ['$map', '$filter', '$each', '$sift', '$reduce'];
const parameters = ['$v', '$v, $i', '$v, $i, $all', ''];
const functionsOfContext = ['$string', '$trim', '$number', '$length', '$uppercase', '$boolean', '$abs'];
const steps = [
  ...['[]', '[0]', '[-1]', '[1]', '[n]', '[m > 1]', '[b]', '.*', '[[0..1]]', '.$', '^(n)', '^(>s, t)'],
  ...['#$i', '#$i.{"i": $i, "v": a}', '#$i.(a & $i)', '[$]', '[$ != ""]'],
];
const keys = ['"x"', '"y"', '"z"', '"1"', '"__proto__"', 's'];

/** What is a number, and what is a text, in most of the data. */
const numbers = ['n', 'm', '1', '2', '2.5', '-n', 'a.n', '$sum(a.n)', '$number(s)', '(n + 1)'];
const texts = ['s', 't', '"a"', '"1"', 'a.s', '$string(n)', '$trim(s)', '(s & t)'];

/**
 * Random JSONata: of every kind that is evaluated directly, and of some that are not. Everything is in parentheses where
 * precedence could matter, so that what is generated is what is evaluated.
 */
export const anyExpression: fc.Arbitrary<string> = fc.letrec<Tie>((tie: fc.LetrecTypedTie<Tie>) => {
  const value = tie('value');
  const inside = value.map((each) => `(${each})`);
  const key = fc.oneof({ arbitrary: fc.constantFrom(...keys), weight: 5 }, { arbitrary: inside, weight: 1 });
  return {
    value: fc.oneof(
      { depthSize: 'small' },
      { arbitrary: fc.constantFrom(...names), weight: 4 },
      { arbitrary: fc.constantFrom(...literals), weight: 3 },
      { arbitrary: fc.constantFrom(...variables), weight: 1 },
      { arbitrary: tie('path'), weight: 8 },
      { arbitrary: tie('call'), weight: 4 },
      { arbitrary: tie('operation'), weight: 8 },
      { arbitrary: tie('object'), weight: 2 },
      { arbitrary: tie('array'), weight: 2 },
      { arbitrary: tie('block'), weight: 1 },
    ),
    path: fc
      .tuple(tie('start'), fc.array(tie('step'), { minLength: 1, maxLength: 3 }))
      .map(([start, steps]) => start + steps.join('')),
    start: fc.oneof(
      { depthSize: 'small' },
      { arbitrary: fc.constantFrom(...names), weight: 8 },
      { arbitrary: fc.constantFrom(...variables, '*', '**'), weight: 3 },
      { arbitrary: fc.oneof(inside, tie('array'), tie('object'), tie('call')), weight: 1 },
    ),
    step: fc.oneof(
      { depthSize: 'small' },
      { arbitrary: fc.constantFrom(...names).map((name) => `.${name}`), weight: 8 },
      { arbitrary: fc.constantFrom(...steps), weight: 5 },
      { arbitrary: join('[', value, ']'), weight: 3 },
      { arbitrary: join('.', fc.oneof(inside, tie('object'), tie('array'), tie('call'))), weight: 3 },
      { arbitrary: fc.constantFrom('.%', '#$i.($i)', '@$v.($v.b)', '{a: b}', '{"x": $sum(b)}'), weight: 1 },
    ),
    operation: fc.oneof(
      { arbitrary: join(inside, fc.constantFrom(...operators), inside), weight: 4 },
      { arbitrary: operationOn(numbers), weight: 4 },
      { arbitrary: operationOn(texts), weight: 2 },
      { arbitrary: operationOn([...numbers, ...texts, 'a', 'b']), weight: 2 },
      { arbitrary: join(inside, ' ? ', inside, ' : ', inside), weight: 1 },
      { arbitrary: join(inside, ' ? ', inside), weight: 1 },
      { arbitrary: join('-', inside), weight: 1 },
      {
        arbitrary: join(
          inside,
          ' ~> ',
          fc.constantFrom('$string', '$sum', '$count', '$join(",")', '$append(1)', '$f'),
        ),
        weight: 1,
      },
    ),
    call: fc.oneof(
      join(fc.constantFrom(...functionsOfOne), '(', value, ')'),
      join(fc.constantFrom(...functionsOfOne), '(', fc.constantFrom(...numbers, ...texts), ')'),
      join(fc.constantFrom(...functionsOfTwo), '(', value, ', ', value, ')'),
      join(fc.constantFrom(...functionsOfTwo), '(', fc.constantFrom(...numbers, ...texts), ', ', value, ')'),
      join(fc.constantFrom(...functionsOfThree), '(', value, ', ', value, ', ', value, ')'),
      join(fc.constantFrom(...functionsOfContext), '()'),
      join('$lookup("units", ', value, ')'),
      join(
        '$xref(',
        fc.constantFrom('"e"', '"e"', 's'),
        ', ',
        fc.oneof(value, fc.constantFrom('s', 't', 'n')),
        ')',
      ),
      join('$map(', value, ', function($v) { ', value, ' })'),
      join(
        fc.constantFrom(...functionsOfFunctions),
        '(',
        value,
        ', function(',
        fc.constantFrom(...parameters),
        ') { ',
        fc.oneof(value, tie('ofParameters')),
        ' })',
      ),
      join(
        fc.constantFrom(...functionsOfFunctions),
        '(',
        value,
        ', ',
        fc.constantFrom(...functionsOfOne, '$plus'),
        ')',
      ),
      join('$reduce(', value, ', function($v, $i) { $v & $i }, ', value, ')'),
    ),
    ofParameters: fc.oneof(
      fc.constantFrom('$v', '$i', '$v.a', '$v & $i', '$i > 0', '$string($v)', '$v = "a"', '$uppercase()'),
      join('($v.', fc.constantFrom(...names), ' ? ', inside, ' : $v)'),
      join('($own := ', value, '; [$own, $v])'),
    ),
    object: fc.array(join(key, ': ', value), { maxLength: 3 }).map((members) => `{${members.join(', ')}}`),
    array: fc
      .array(fc.oneof(value, join(inside, ' .. ', inside)), { maxLength: 3 })
      .map((items) => `[${items.join(', ')}]`),
    block: fc.oneof(
      inside,
      join('(', value, '; ', value, ')'),
      join('($own := ', value, '; ', value, ')'),
      join('($own := ', value, '; $own.', fc.constantFrom(...names), ')'),
      join(
        '($own := ',
        value,
        '; $own := ',
        value,
        '; ',
        fc.constantFrom('$own', '[$own]', '$own & "x"'),
        ')',
      ),
      join('($own := ', value, '; ($own := ', value, '; $own); $own)'),
      join(
        '($own := ',
        inside,
        '; $f := function($v) { ',
        fc.oneof(value, tie('ofParameters')),
        ' }; $f(',
        value,
        '))',
      ),
      join(
        '($f := function($v, $w) { [$v, $w, $own, ',
        value,
        '] }; $own := ',
        value,
        '; ',
        fc.constantFrom('$f(1)', '$f(n, $f(1, 2))', 'a.$f(b)', '$map(a, $f)'),
        ')',
      ),
    ),
  };
}).value;

// A type, since letrec asks for an index signature.
type Tie = Record<
  'value' | 'ofParameters' | 'path' | 'start' | 'step' | 'operation' | 'call' | 'object' | 'array' | 'block',
  string
>;

function operationOn(operands: readonly string[]): fc.Arbitrary<string> {
  return join(fc.constantFrom(...operands), fc.constantFrom(...operators), fc.constantFrom(...operands));
}

function join(...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> {
  const each = parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part));
  return fc.tuple(...each).map((all) => all.join(''));
}
