import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../../../src/contract/json.ts';
import { compileRecordCheck, compileSchema, schemaProblems } from '../../../src/schema/compile-schema.ts';

const big = '820982911946154508';
const long = '12345678901234567.89';

function judged(schema: JsonObject, value: unknown) {
  const { problems, toNumbers } = compileRecordCheck(schema).judge(value);
  return {
    problems: problems.map(({ path, message }) => `${path} ${message}`.trim()),
    json: JSON.stringify(toNumbers()),
  };
}

describe('where a schema asks for a number, the text of one that a double cannot hold', () => {
  test.each<[what: string, schema: JsonObject, value: unknown, json: string]>([
    ['number', { type: 'number' }, long, long],
    ['integer', { type: 'integer' }, big, big],
    ['one of several types', { type: ['null', 'integer'] }, big, big],
    ['nullable', { type: 'integer', nullable: true }, big, big],
    ['in a list', { items: { type: 'number' } }, [1, long, big], `[1,${long},${big}]`],
    [
      'by position',
      { prefixItems: [{ type: 'string' }, { type: 'number' }], minItems: 2, items: false },
      ['x', big],
      `["x",${big}]`,
    ],
    ['in one of several forms', { anyOf: [{ type: 'null' }, { type: 'number' }] }, big, big],
    ['in a map', { additionalProperties: { type: 'number' } }, { a: big }, `{"a":${big}}`],
    [
      'by reference',
      { $defs: { id: { type: 'integer' } }, properties: { id: { $ref: '#/$defs/id' } } },
      { id: big },
      `{"id":${big}}`,
    ],
    [
      'and leaves texts texts',
      { properties: { id: { type: 'integer' }, ref: { type: 'string' } } },
      { id: big, ref: big },
      `{"id":${big},"ref":"${big}"}`,
    ],
    [
      'and a member called type is a member',
      { properties: { type: { type: 'integer' }, minimum: { type: 'string' } } },
      { type: big, minimum: big },
      `{"type":${big},"minimum":"${big}"}`,
    ],
    [
      'and the form that fits decides',
      {
        required: ['n'],
        properties: {
          n: { type: 'number' },
          v: {
            oneOf: [
              { properties: { kind: { const: 'n' }, value: { type: 'number' } } },
              { properties: { kind: { const: 't' }, value: { type: 'string' } } },
            ],
          },
        },
      },
      { n: big, v: { kind: 't', value: big } },
      `{"n":${big},"v":{"kind":"t","value":"${big}"}}`,
    ],
    ['within limits', { type: 'integer', minimum: 0, maximum: 1e19 }, big, big],
    [
      'at the limit',
      { type: 'integer', maximum: '9223372036854775807' },
      '9223372036854775807',
      '9223372036854775807',
    ],
    ['of a multiple', { type: 'number', multipleOf: 0.01 }, long, long],
  ])('passes: %s', (_what, schema, value, json) =>
    expect(judged(schema, value)).toEqual({ problems: [], json }),
  );

  test.each<[what: string, schema: JsonObject, value: unknown, problem: RegExp]>([
    ['a text that a number holds', { type: 'number' }, '123', /must be a number, got a string/],
    ['no text of a number', { type: 'number' }, '12345678901234567890x', /must be a number, got a string/],
    ['decimals in an integer', { type: 'integer' }, long, /must be a whole number|integer/],
    ['below', { type: 'integer', minimum: 1e18 }, big, /must be at least 1000000000000000000/],
    ['above', { properties: { id: { type: 'integer', maximum: 5 } } }, { id: big }, /^id must be at most 5/],
    [
      'above by one, where a double sees no difference',
      { type: 'integer', maximum: '9223372036854775807' },
      '9223372036854775808',
      /must be at most 9223372036854775807/,
    ],
    [
      'exactly the limit',
      { type: 'integer', exclusiveMaximum: '9223372036854775807' },
      '9223372036854775807',
      /less/,
    ],
    ['no multiple', { type: 'number', multipleOf: 0.05 }, '12345678901234567.89', /multiple of 0.05/],
    [
      'another mistake beside it',
      { properties: { id: { type: 'integer' }, n: { type: 'string' } } },
      { id: big, n: 1 },
      /^n must be a string/,
    ],
  ])('is refused: %s', (_what, schema, value, problem) => {
    const { problems } = judged(schema, value);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });
});

it('a configuration is no record: there the text of a number is one', () => {
  expect(compileSchema({ type: 'integer' })(big)).toHaveLength(1);
});

it('a limit of many digits is no mistake in a schema', () => {
  expect(schemaProblems({ type: 'integer', maximum: '9223372036854775807' })).toEqual([]);
  expect(schemaProblems({ type: 'integer', maximum: 'many' })).not.toEqual([]);
});
