import { describe, expect, it } from 'vitest';
import { arityOf } from '../../../../src/mapping/expression/arity.ts';
import { checkExpression } from '../../../../src/mapping/expression/expression.ts';
import { functionDocs } from '../../../../src/mapping/library/docs/function-docs.ts';

describe('how many arguments a function takes', () => {
  it.each(functionDocs.map(({ name, signature }) => [name, signature]))(
    'is what its description says: $%s, %s',
    (name, signature) => {
      const parameters = /\((.*)\)/.exec(signature)?.[1]?.split(/\s*,\s*/) ?? [];
      const least = parameters.filter((each) => !each.endsWith('?')).length;
      expect(arityOf(name)).toEqual({ least, most: parameters.length });
    },
  );

  it.each([
    ['$money(total)', '$money takes 2 arguments, got 1'],
    ['$plus(a, b, c)', '$plus takes 2 arguments, got 3'],
    ['a ~> $plus(b, c)', '$plus takes 2 arguments, got 3'],
    ['$contains()', '$contains takes 1 to 2 arguments, got 0'],
    ['$sum(a, b)', '$sum takes 1 argument, got 2'],
    ['lines.{ "t": $times(quantity) }', '$times takes 2 arguments, got 1'],
    ['$map(lines)', '$map takes 2 arguments, got 1'],
  ])('is told where a call has another number of them: %s', (text, message) => {
    expect(checkExpression(text)?.message).toBe(message);
  });

  it.each([
    '$money(total, "EUR")',
    'a ~> $plus(b)',
    'price.$round()',
    'name.$substring(1)',
    '$map(lines, $times(?, 2))',
    '$plus(?, 1)',
    '$zip(a, b, c, d)',
    '($money := function($a) { $a }; $money(total))',
    '$exists(a) and $not(b)',
    '$now("[Y]")',
    '"x" ~> $uppercase',
    '$reduce(lines, function($a, $b) { $a + $b }, 0)',
  ])('has nothing to say of %s', (text) => {
    expect(checkExpression(text)).toBeUndefined();
  });
});
