import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/contract/json.ts';
import { compileRecordCheck, compileSchema } from '../../../src/schema/compile-schema.ts';

const decimal = { type: 'string', title: 'decimal text', pattern: '^[0-9]+$' };

const schema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['number'],
  properties: {
    number: { type: 'string', minLength: 1, maxLength: 5 },
    status: { type: 'string', enum: ['open', 'completed'] },
    code: { type: 'string', title: 'ISO code', enum: Array.from({ length: 30 }, (_, index) => `C${index}`) },
    many: { enum: Array.from({ length: 30 }, (_, index) => index) },
    email: { type: 'string', format: 'email', 'x-personal': true },
    secret: { type: 'string', pattern: '^sk_', writeOnly: true },
    at: { type: 'string', format: 'date-time' },
    count: { type: 'integer', minimum: 1, maximum: 9 },
    nullable: { type: ['string', 'null'] },
    lines: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: {
        type: 'object',
        required: ['quantity'],
        properties: {
          quantity: { $ref: '#/$defs/decimal' },
          kind: { const: 'item' },
          'a.b c': { type: 'number' },
        },
      },
    },
    person: { type: 'object', 'x-personal': true, properties: { iban: { type: 'string', pattern: '^DE' } } },
    auth: {
      oneOf: [
        {
          type: 'object',
          required: ['type', 'user'],
          additionalProperties: false,
          properties: { type: { const: 'basic' }, user: { type: 'string' } },
        },
        { $ref: '#/$defs/bearer' },
      ],
    },
    either: { anyOf: [{ type: 'string' }, { type: 'number' }] },
    textOrLines: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'number' } }] },
  },
  $defs: {
    decimal,
    bearer: {
      type: 'object',
      required: ['type', 'token'],
      properties: { type: { const: 'bearer' }, token: { type: 'string', minLength: 3 } },
    },
  },
};

const check = compileSchema(schema, { name: 'thing' });

describe('compileSchema', () => {
  it.each([
    ['a missing member', {}, ['number: is missing']],
    [
      'an unknown member',
      { number: '1', statsu: 'open' },
      ['statsu: is not a known member; did you mean `status`?'],
    ],
    ['an unknown member like no other', { number: '1', zzzzzzz: 1 }, ['zzzzzzz: is not a known member']],
    ['another type', { number: 1 }, ['number: must be a string, got a number: 1']],
    ['no object', null, [': must be an object, got null']],
    ['two types', { number: '1', nullable: [] }, ['nullable: must be a string or null, got an array']],
    ['an empty text', { number: '' }, ['number: must not be empty']],
    ['a long text', { number: '123456' }, ['number: must have at most 5 characters, has 6: "123456"']],
    [
      'a choice',
      { number: '1', status: 'opne' },
      ['status: must be one of "open", "completed", got "opne"; did you mean "open"?'],
    ],
    ['a long choice with a title', { number: '1', code: 'XX' }, ['code: must be an ISO code, got "XX"']],
    [
      'a long choice without one',
      { number: '1', many: true },
      ['many: must be one of 30 values (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …), got true'],
    ],
    [
      'a format',
      { number: '1', at: 'yesterday' },
      ['at: must be a date and time with a zone (RFC 3339), such as "2026-03-01T12:00:00Z", got "yesterday"'],
    ],
    [
      'a long value',
      { number: '1', at: 'x'.repeat(99) },
      [
        `at: must be a date and time with a zone (RFC 3339), such as "2026-03-01T12:00:00Z", got "${'x'.repeat(40)}…"`,
      ],
    ],
    [
      'personal data',
      { number: '1', email: 'hunter2' },
      ['email: must be an e-mail address, got "xxxxxx0" (masked)'],
    ],
    [
      'personal data further up',
      { number: '1', person: { iban: 'hunter2' } },
      ['person.iban: must be text that matches ^DE, got "xxxxxx0" (masked)'],
    ],
    ['a secret', { number: '1', secret: 'hunter2' }, ['secret: must be text that matches ^sk_']],
    ['a number out of range', { number: '1', count: 12 }, ['count: must be at most 9, got 12']],
    ['a broken number', { number: '1', count: 1.5 }, ['count: must be a whole number, got a number: 1.5']],
    [
      'items',
      { number: '1', lines: [{ quantity: '1' }, { quantity: '1,5', kind: 'x' }, {}] },
      [
        'lines[1].quantity: must be a decimal text, got "1,5"',
        'lines[1].kind: must be "item", got "x"',
        'lines[2].quantity: is missing',
      ],
    ],
    ['too few items', { number: '1', lines: [] }, ['lines: must have at least 1 item, has 0']],
    [
      'the same item twice',
      { number: '1', lines: [{ quantity: '1' }, { quantity: '1' }] },
      ['lines: must not hold the same item twice: 0 and 1 are equal'],
    ],
    [
      'names that are no words',
      { number: '1', lines: [{ quantity: '1', 'a.b c': '' }] },
      ['lines[0]["a.b c"]: must be a number, got a string: ""'],
    ],
    ['the form meant, of several', { number: '1', auth: { type: 'basic' } }, ['auth.user: is missing']],
    [
      'the form meant, behind a $ref',
      { number: '1', auth: { type: 'bearer', token: 'x' } },
      ['auth.token: must have at least 3 characters, got "x"'],
    ],
    [
      'types to choose from',
      { number: '1', either: true },
      ['either: must be a string or a number, got a boolean: true'],
    ],
    [
      'the form with the right type',
      { number: '1', textOrLines: ['x'] },
      ['textOrLines[0]: must be a number, got a string: "x"'],
    ],
  ])('says what is wrong with %s', (_, value, expected) => {
    expect(check(value).map((problem) => `${problem.path}: ${problem.message}`)).toEqual(expected);
  });

  it('gives the same frozen array for every value that is right', () => {
    expect(check({ number: '1' })).toBe(check({ number: '2', status: 'open' }));
    expect(check({ number: '1' })).toEqual([]);
    expect(Object.isFrozen(check({ number: '1' }))).toBe(true);
  });

  it('names places as segments too', () => {
    expect(check({ number: '1', lines: [{ 'a.b c': '' }] }).map((problem) => problem.segments)).toEqual([
      ['lines', 0, 'quantity'],
      ['lines', 0, 'a.b c'],
    ]);
  });

  it('compiles the same schema once', () => {
    expect(compileSchema(structuredClone(schema), { name: 'thing' })).toBe(check);
  });

  it('follows references to other schemas, and shows no values of theirs', () => {
    const money = { $id: 'https://example.org/money.json', type: 'object', properties: { amount: decimal } };
    const order = { $id: 'https://example.org/order.json', properties: { total: { $ref: 'money.json' } } };
    const problems = compileSchema(order, { refs: [money] })({ total: { amount: 'x' } });
    expect(problems).toMatchObject([{ path: 'total.amount', message: 'must be a decimal text' }]);
  });

  it.each([
    [
      'an unknown keyword',
      { type: 'object', propertis: {} },
      'schema of thing: strict mode: unknown keyword: "propertis"',
    ],
    ['an unknown format', { type: 'string', format: 'emial' }, 'unknown format "emial"'],
    ['a keyword with a wrong value', { type: 'objekt' }, 'schema of thing: `type`'],
    ['a reference to nowhere', { $ref: '#/$defs/nope' }, "can't resolve reference #/$defs/nope"],
  ])('refuses a schema with %s', (_, broken, message) => {
    const compile = () => compileSchema(broken, { name: 'thing' });
    expect(compile).toThrow(
      expect.objectContaining({ code: 'TL_WORKSPACE_INVALID', message: expect.stringContaining(message) }),
    );
  });

  it('takes a choice of required members whose properties stand beside it', () => {
    const either = {
      type: 'object',
      properties: { path: { type: 'string' }, url: { type: 'string' } },
      anyOf: [{ required: ['path'] }, { required: ['url'] }],
    };
    expect(compileSchema(either)({ url: 'x' })).toEqual([]);
    expect(compileSchema(either)({})).toMatchObject([{ path: '', message: 'must have `path` or `url`' }]);
  });

  it('lets through annotations that begin with x-', () => {
    expect(compileSchema({ type: 'string', 'x-source': 'docs', 'x-personal': true })('a')).toEqual([]);
  });
});

describe('a list whose items are to be unique', () => {
  const unique = compileSchema({ type: 'array', uniqueItems: true });

  it('is looked through once, however long it is', () => {
    const items = Array.from({ length: 200_000 }, (_, at) => ({ at, twice: { at } }));
    expect(unique(items)).toEqual([]);
    expect(unique([...items, { twice: { at: 7 }, at: 7 }])).toMatchObject([
      { message: expect.stringContaining('7 and 200000 are equal') },
    ]);
  });

  it.each([
    [[1, '1', true, 'true', null, 'null', [1], ['1'], {}, []], true],
    [
      [
        { a: 1, b: [{ c: 1, d: 2 }] },
        { b: [{ d: 2, c: 1 }], a: 1 },
      ],
      false,
    ],
    [
      [
        [1, 2],
        [2, 1],
      ],
      true,
    ],
    [[0, -0], false],
    [[{ a: 1 }, { a: 1, b: 1 }], true],
  ])('%j: %s', (items, isRight) => {
    expect(unique(items).length === 0).toBe(isRight);
  });
});

it('finds the numbers of a long list once, not once for each', () => {
  const check = compileRecordCheck({ type: 'array', items: { type: 'number' } });
  const digits = Array.from({ length: 20_000 }, (_, at) => `0.1234567890123456789${at}1`);
  expect(JSON.stringify(check.judge(digits).toNumbers())).toBe(`[${digits.join()}]`);
});
