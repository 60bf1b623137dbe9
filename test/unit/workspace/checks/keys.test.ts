import { describe, expect, test } from 'vitest';
import {
  compileKeyValue,
  compileVersionValue,
} from '../../../../src/connect/resource/compile-record-value.ts';
import type { OpenConnection } from '../../../../src/contract/connector.ts';
import { Fault } from '../../../../src/contract/fault.ts';
import { compileFlow } from '../../../../src/workspace/compile/compile-flow.ts';
import { flowText, makeWorkspace } from '../make-workspace.ts';

const same = async (value: unknown) => value;
const entity = { name: 'order', from: same, to: same };
const open = (): OpenConnection => ({
  resources: {
    orders: { name: 'orders', keyOf: () => undefined, read: async function* () {}, entity },
    sales: { name: 'sales', keyOf: () => undefined, upsert: async () => [], entity },
  },
  close: async () => {},
});

/** What it gives, or what it says. */
const told = async (keyOf: () => unknown): Promise<unknown> => {
  try {
    return await keyOf();
  } catch (thrown) {
    return thrown instanceof Fault ? thrown.message : thrown;
  }
};

/** Each expression is evaluated as a manifest's `key` and as a flow's `key`. */
describe('keys', () => {
  const record = {
    id: 7,
    big: 1e21,
    odd: 0.1,
    no: '007',
    blank: ' ',
    empty: '',
    nothing: null,
    yes: true,
    off: false,
    list: ['a'],
    lines: [{ sku: 'A' }, { sku: 'B' }],
    one: [{ sku: 'A' }],
    a: { b: 'x' },
    'odd name': { b: ' X  y ' },
    date: '2026-03-01T09:15:00+01:00',
  };
  const cases: readonly [key: string, expected: string | RegExp | undefined][] = [
    ['id', '7'],
    ['no', '007'],
    ['a.b', 'x'],
    ['big', '1000000000000000000000'],
    ['odd + 0.2', '0.30000000000000004'],
    ['$string(odd + 0.2)', '0.3'],
    ['$string(list)', '["a"]'],
    ["list & ''", '["a"]'],
    ['one.sku', 'A'],
    ['lines.sku', /got a list/],
    ['lines.sku & "x"', '["A","B"]x'],
    ['`odd name`.b', ' X  y '],
    ['$trim($lowercase(`odd name`.b))', 'x y'],
    ["id & '-' & a.b", '7-x'],
    ["none & '-' & a.b", '-x'],
    ["yes & ''", 'true'],
    ["id > 5 ? 'big' : 'small'", 'big'],
    ["$join(lines.sku, '-')", 'A-B'],
    ['$decimal(id) & "/" & no', '7/007'],
    ['$date(date)', '2026-03-01T08:15:00Z'],
    ['none', undefined],
    ['$lowercase(none)', undefined],
    ['blank', /got a text in which nothing can be seen/],
    ['empty', /got an empty text/],
    ['nothing', /got null/],
    ['yes', /got true/],
    ['off', /got false/],
    ['id = 7', /got true/],
    ['list', /got a list/],
    ['a', /got an object/],
    ['$lowercase(id)', /argument 1 of \$lowercase .* got a number/],
  ];
  test.each(cases)('%s means the same in a manifest and in a flow', async (key, expected) => {
    const flow = `${flowText}key: ${JSON.stringify(key)}\n`;
    const { steps } = compileFlow(makeWorkspace({ 'flows/orders.yaml': flow }), 'orders-to-erp', { open });
    const ofManifest = compileKeyValue({ value: key, path: ['key'], placeOf: () => undefined });
    const came = [
      await told(() => ofManifest.evaluate(record)),
      await told(() => steps.keyOf(undefined, async () => record)),
    ];
    for (const each of came) {
      if (expected instanceof RegExp) expect(each).toMatch(expected);
      else expect(each).toBe(expected);
    }
  });
});

test.each<[value: unknown, expected: string | RegExp | undefined]>([
  ['2026-03-01T08:15:00Z', '2026-03-01T08:15:00Z'],
  [5, '5'],
  [undefined, undefined],
  [null, undefined],
  ['', undefined],
  [false, /`version` must give a text or a number, got false/],
  [['a'], /got a list/],
  [{ a: 1 }, /got an object/],
])('a version may be missing, but is no %j', async (v, expected) => {
  const version = compileVersionValue({ value: 'v', path: ['version'], placeOf: () => undefined });
  const came = await told(() => version.evaluate({ v }));
  if (expected instanceof RegExp) expect(came).toMatch(expected);
  else expect(came).toBe(expected);
});
