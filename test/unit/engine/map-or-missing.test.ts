import { expect, test } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { mapOrMissing } from '../../../src/engine/line/pass-record.ts';
import { compileTree } from '../../../src/mapping/tree.ts';

const functions = { tables: {}, timezone: 'UTC' };
const later = () => new Promise((resolve) => setTimeout(resolve, 5));

/** References that nobody has, the second kind of which are answered later than the first. */
const xref = async (entity: string): Promise<undefined> => {
  await (entity === 'customer' ? Promise.resolve() : later());
};

function missingOf(map: object) {
  const tree = compileTree(map, { placeOf: () => undefined, functions });
  const steps = {
    map: async (record: unknown, bindings: object) => ({
      value: await tree.apply(record, bindings as never),
    }),
  };
  const plan = { requires: { xref: ['customer', 'product'] }, steps };
  return mapOrMissing(plan as never, {}, { xref } as never);
}

const customer = { entity: 'customer', key: 'C' };
const product = (key: string) => ({ entity: 'product', key });

test.each([
  [{ a: '$error("no") ? $xref("customer", "C")', b: '$xref("product", "P")' }, [product('P')]],
  [{ a: '$error($xref("customer", "C") & "no")', b: '$xref("product", "P")' }, [customer, product('P')]],
  [
    { a: '$error($xref("customer", "C") & "no")', b: '[$xref("product", "P"), $xref("product", "Q")]' },
    [customer, product('P'), product('Q')],
  ],
  [{ a: '$xref("customer", "C")', b: '$number("x")', c: '$xref("product", "P")' }, [customer, product('P')]],
])('names all references that are missing, whichever leaf fails first: %j', async (map, missing) => {
  const mapped = await missingOf(map);
  expect('missing' in mapped && [...mapped.missing].sort((a, b) => (a.key < b.key ? -1 : 1))).toEqual(
    missing,
  );
});

test('a record whose mapping was only too slow has not asked for all of its references yet, and is tried again', async () => {
  const map = async (
    _record: unknown,
    { xref: ask }: { xref: (entity: string, key: string) => Promise<unknown> },
  ) => {
    await ask('customer', 'C');
    throw new Fault('TL_MAP_SLOW', 'took too long');
  };
  const plan = { requires: { xref: ['customer', 'product'] }, steps: { map } };
  await expect(mapOrMissing(plan as never, {}, { xref } as never)).rejects.toMatchObject({
    code: 'TL_MAP_SLOW',
  });
});
