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

const { record, value } = fc.letrec<Tie>((tie: fc.LetrecTypedTie<Tie>) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    { arbitrary: fc.constantFrom<unknown>(...scalars), weight: 4 },
    { arbitrary: tie('record'), weight: 3 },
    { arbitrary: fc.array(tie('record'), { maxLength: 3 }), weight: 5 },
    { arbitrary: fc.array(tie('value'), { maxLength: 3 }), weight: 3 },
    { arbitrary: fc.array(fc.constantFrom(0, 1, 2, 2.5), { maxLength: 3 }), weight: 2 },
  ),
  record: fc.record(
    {
      a: tie('value'),
      b: tie('value'),
      c: tie('value'),
      'x y': tie('value'),
      n: fc.constantFrom<unknown>(0, 1, 2, 2.5, -3, '1', null, [1, 2]),
      m: fc.constantFrom(1, 2, 10),
      s: fc.constantFrom<unknown>('', 'a', '1', '12.50', ' a ', 1, [], ['a']),
      t: fc.constantFrom('a', 'b'),
    },
    { requiredKeys: [], noNullPrototype: true },
  ),
}));

type Tie = Record<'record' | 'value', unknown>;

/** An object with members that an expression of `any-expression.ts` asks for: as it expects them about half of the time. */
export const anyRecord: fc.Arbitrary<unknown> = record;
export const anyList: fc.Arbitrary<readonly unknown[]> = fc.array(record, { maxLength: 2 });
export const anyValue: fc.Arbitrary<unknown> = value;
