import { describe, expect, it } from 'vitest';
import { Fault } from '../../../../src/contract/fault.ts';
import { orElse } from '../../../../src/contract/soon.ts';
import { checkExpression, compileExpression } from '../../../../src/mapping/expression/expression.ts';

const place = { file: 'flows/orders.yaml', line: 14, column: 9 };

const order = {
  number: '4711',
  total: { amount: '12.50', currency: 'EUR' },
  lines: [
    { sku: 'A', quantity: 2 },
    { sku: 'B', quantity: 'three' },
  ],
  flag: true,
  date: 'hunter2',
};

describe('checkExpression', () => {
  it.each([
    ['a.b', undefined],
    ['$xref("customer", a) ?: $fail("X", "y")', undefined],
    ['($f := function($x) { $x }; $f(1))', undefined],
    ['$map(a, function($v, $i) { $v & $i })', undefined],
    ['a ~> $trim', undefined],
    ['', 'empty'],
    ['  ', 'empty'],
  ])('%j: %s', (text, problem) => {
    const found = checkExpression(text);
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found?.message).toContain(problem);
  });

  it.each([
    ['a +', 3, 'ends where a value was expected'],
    ['a b', 2, 'did not expect `b` here'],
    ['a & "x', 4, 'a text in quotes does not end'],
    ['$sum(a', 6, 'expected `)` before the end'],
    [' {{a.b}}', 1, 'this is an expression as it stands: write it without {{ and }}'],
    ['{"a":}', 5, 'did not expect `}` here'],
    ['a == b', 3, 'equal is written with one ='],
    ['a && b', 3, 'and is written `and`'],
    ['x.1', 2, '`1` cannot be a step of a path'],
    ['$f(1))', 5, 'did not expect `)` here'],
    ['a := 1', 0, 'before := is a variable'],
    ['`a b', 0, 'a name in backquotes does not end'],
    ['a + $lokup("x", y)', 4, 'there is no function $lokup; did you mean $lookup?'],
    ['a ~> $trimm', 5, 'there is no function $trimm; did you mean $trim?'],
    ['$map(a, $f(?, 1))', 8, 'there is no function $f'],
    ['a & uppercase(b)', 4, '$uppercase(…)'],
  ])('%s: at %i, %s', (text, offset, message) => {
    expect(checkExpression(text)).toMatchObject({ offset, message: expect.stringContaining(message) });
  });
});

describe('compileExpression', () => {
  it('names the line and column inside the file of a syntax error', () => {
    const inLine = () => compileExpression('total.amount ==  1', { place });
    expect(inLine).toThrow(Fault);
    expect(inLine).toThrow(
      expect.objectContaining({ code: 'TL_WORKSPACE_INVALID', at: 'flows/orders.yaml:14:23' }),
    );
    const block = () =>
      compileExpression('{\n  "a": b,\n  "c": $lokup(1)\n}', { place: { ...place, indent: 8 } });
    expect(block).toThrow(expect.objectContaining({ at: 'flows/orders.yaml:16:16' }));
  });

  it.each([
    ['total.amount * 2', '14:22', '`total.amount`, the left side of `*`, must be a number, got a string'],
    ['2 + flag', '14:11', '`flag`, the right side of `+`, must be a number, got a boolean'],
    [
      'total.amount > 0',
      '14:22',
      'compares two numbers or two texts, got `total.amount` (a string) and a number',
    ],
    ['number & $number(date)', '14:18', '$number cannot read `date` (a string) as a number'],
    [
      '$uppercase(flag)',
      '14:9',
      'argument 1 of $uppercase (`flag`) is not what the function takes, got a boolean',
    ],
    ['lines.($number(quantity))', '14:16', '$number cannot read `quantity` (a string) as a number'],
    ['$toMillis(date)', '14:9', '$toMillis cannot read `date` as an ISO 8601 date'],
    ['$toMillis("2026-02-30")', '14:9', '$toMillis cannot read its argument as an ISO 8601 date'],
    ['$toMillis("2026-04-31T10:00:00Z")', '14:9', '$toMillis cannot read its argument'],
    ['-date', '14:9', 'only a number can be negated, got `date` (a string)'],
    ['$error("not today")', '14:9', 'not today'],
    ['function($x) { $x }', '14:9', 'the result holds a function'],
    ['($f := function($n) { 1 + $f($n) }; $f(1))', '14:', 'went too deep'],
  ])('%s fails at %s: %s', async (text, at, message) => {
    const fault = (await orElse(
      () => compileExpression(text, { place }).evaluate(order),
      (thrown) => thrown,
    )) as Fault;
    expect(fault).toMatchObject({ code: 'TL_MAP_FAILED', message: expect.stringContaining(message) });
    expect(fault.at).toContain(`flows/orders.yaml:${at}`);
    expect(fault.message).not.toContain('hunter2');
    expect(fault.message).not.toContain('12.50');
  });

  it.each([
    ['$decimal(date)', '14:9', 'argument 1 of $decimal (`date`) must be a decimal text, got a string'],
    ['$total([lines.sku])', '14:9', 'argument 1 of $total (`lines.sku`) must be a decimal text'],
    ['date ~> $plus(flag)', '14:17', 'argument 1 of $plus (`date`) must be a decimal text'],
    ['1 ~> $plus(flag)', '14:14', 'argument 2 of $plus (`flag`) must be a number or a decimal text'],
    [
      '$map(lines, function($l) { $decimal($l.sku) })',
      '14:36',
      'argument 1 of $decimal (`$l.sku`) must be a decimal text',
    ],
    ['$sum(lines.sku)', '14:9', 'decimal texts are added up with $total'],
  ])('%s fails at %s and names what the function was given: %s', async (text, at, message) => {
    await expect(compileExpression(text, { place }).evaluate(order)).rejects.toMatchObject({
      at: `flows/orders.yaml:${at}`,
      message: expect.stringContaining(message),
    });
  });

  it('ends an expression that never ends', async () => {
    const forever = compileExpression('($f := function($n) { $f($n + 1) }; $f(1))');
    // Steps end it, unless the machine has so much else to do that its time is over before.
    await expect(forever.evaluate({})).rejects.toThrow(/more than 5000000 steps|took \d+ ms for one record/);
  }, 120_000);

  it('gives plain JSON values, so that a later expression does not unwrap them', async () => {
    const lines = await compileExpression('lines.{"sku": sku}').evaluate(order);
    expect(lines).toStrictEqual([{ sku: 'A' }, { sku: 'B' }]);
    expect(Object.keys(lines as object)).toEqual(['0', '1']);
    const single = await compileExpression('{"lines": lines[0].sku[]}').evaluate(order);
    expect(await compileExpression('lines').evaluate(single)).toStrictEqual(['A']);
    expect(await compileExpression('lines[]').evaluate(single)).toStrictEqual(['A']);
  });

  it('hands what comes from the input on without a copy', async () => {
    expect(await compileExpression('{"all": $}').evaluate(order)).toHaveProperty('all', order);
    const { all } = (await compileExpression('{"all": $}').evaluate(order)) as { all: unknown };
    expect(all).toBe(order);
  });

  it.each([
    'lines{sku: quantity}',
    '$map(lists, function($list) { lists.{"x": $list} })',
    '$bound.lines{sku: quantity}',
    'lists.({"x": $now()})',
  ])('%s writes nothing into the empty lists that it reads', async (text) => {
    const empty = () => ({ lines: [], lists: [[], [[]]], more: { lines: [] } });
    const [input, bound] = [empty(), empty()];
    await compileExpression(text).evaluate(input, { bound });
    expect({ input, bound }).toStrictEqual({ input: empty(), bound: empty() });
  });

  it('sees bindings as variables', async () => {
    const expression = compileExpression('$target.id & "/" & $run');
    expect(await expression.evaluate({}, { target: { id: 7 }, run: 'r1' })).toBe('7/r1');
  });
});
