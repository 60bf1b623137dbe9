import { describe, expect, it } from 'vitest';
import type { EntityMapping, OpenConnection } from '../../../../src/contract/connector.ts';
import { type PassResult, passRecord } from '../../../../src/engine/line/pass-record.ts';
import { formatSegments } from '../../../../src/schema/deviation.ts';
import { compileFlow } from '../../../../src/workspace/compile/compile-flow.ts';
import { findingsOf, flowText, makeWorkspace } from '../make-workspace.ts';

/** The entity is the native record, so that a test says what stands at each border. */
const order: EntityMapping = { name: 'order', from: async (record) => record, to: async (entity) => entity };
const schema = { type: 'object', properties: { number: { type: 'string', maxLength: 5 } } };

function openAtOnce(): OpenConnection {
  const { resources, close } = open();
  const entity: EntityMapping = { name: 'order', from: (record) => record, to: (record) => record };
  const all = Object.entries(resources).map(([name, each]) => [name, { ...each, entity }]);
  return { resources: Object.fromEntries(all) as typeof resources, close };
}

function open(): OpenConnection {
  const write = async () => [];
  const own = { keyOf: () => 'K', entity: order };
  const resources = {
    orders: { ...own, name: 'orders', read: async function* () {} },
    sales: {
      ...own,
      name: 'sales',
      schema,
      find: async () => [],
      create: write,
      update: write,
      delete: write,
    },
  };
  return { resources, close: async () => {} };
}

async function pass(more: string, native: unknown, flow = flowText): Promise<PassResult> {
  const workspace = makeWorkspace({ 'flows/orders.yaml': `${flow}${more}` });
  const plan = compileFlow(workspace, 'orders-to-erp', { open });
  return await passRecord(plan, native, { xref: async () => undefined });
}

it('a record for which nothing has to be waited for passes without a promise', () => {
  const workspace = makeWorkspace({
    'flows/orders.yaml': `${flowText}filter: number != "7"\nset: { number: '$uppercase(number)' }\n`,
  });
  const plan = compileFlow(workspace, 'orders-to-erp', { open: openAtOnce });
  const xref = () => undefined;
  expect(passRecord(plan, { number: 'a1' }, { xref })).toMatchObject({
    end: 'through',
    text: '{"number":"A1"}',
  });
  expect(passRecord(plan, { number: '7' }, { xref })).toMatchObject({ end: 'filtered' });
});

const driftOf = ({ drift }: PassResult) =>
  drift.map(({ side, kind, entity, segments, got }) =>
    [side, kind, entity ?? 'payload', formatSegments(segments), got].join(' '),
  );

/** `number` must be text; what is not `number` or `total` is unknown. `set` mends what the source got wrong. */
const mend = `set: { number: $string(number) }\n`;
const wrong = { number: 12, total: '1' };
const unknown = { number: 'A', total: '1', extra: 'secret' };

describe('a contract at the border of the source', () => {
  it('lets everything pass and notices it, if nothing is said', async () => {
    const passed = await pass(mend, wrong);
    expect(passed).toMatchObject({ end: 'through', record: wrong, payload: { number: '12' } });
    expect(driftOf(passed)).toEqual(['source unfit order number number']);
    expect(passed.drift[0]).toMatchObject({ expected: 'must be a string, got a number', sample: '00' });
  });

  it('notices nothing of a record that fits, and gives it on as it is', async () => {
    const record = { number: 'A', total: '1' };
    for (const mode of ['evolve', 'freeze', 'discard_row', 'discard_value']) {
      const passed = await pass(`${mend}contract: ${mode}\n`, record);
      expect(passed).toMatchObject({ end: 'through', drift: [] });
      expect(passed.record).toBe(record);
    }
  });

  it('fails what does not fit where it is frozen, before the flow sees it', async () => {
    const passed = await pass(`${mend}filter: 'false'\ncontract: { source: freeze }\n`, wrong);
    expect(passed).toMatchObject({
      end: 'failed',
      stage: 'validate',
      drift: [],
      fault: {
        code: 'TL_VALIDATE_ENTITY',
        message: 'order (schemas/order.schema.json): `number` must be a string, got a number: 12',
      },
    });
  });

  it('leaves the record out with discard_row, and says why', async () => {
    const passed = await pass(`${mend}contract: { source: discard_row }\n`, wrong);
    expect(passed).toMatchObject({
      end: 'filtered',
      reason: expect.stringContaining('`number` must be a string'),
    });
    expect(driftOf(passed)).toEqual(['source unfit order number number']);
  });

  it('takes values out with discard_value: the expressions do not see them', async () => {
    const flow = `${flowText}set: { total: '$exists(extra) ? extra : "none"' }\ncontract: { source: discard_value }\n`;
    const passed = await pass('', unknown, flow);
    expect(passed).toMatchObject({
      end: 'through',
      record: { number: 'A', total: '1' },
      payload: { total: 'none' },
    });
    expect(driftOf(passed)).toEqual(['source unfit order extra text']);
    expect(unknown).toHaveProperty('extra', 'secret');
  });

  it('fails with discard_value what then lacks a member, and notices what was taken out all the same', async () => {
    const passed = await pass(`${mend}contract: { source: discard_value }\n`, wrong);
    expect(passed).toMatchObject({
      end: 'failed',
      fault: { message: expect.stringContaining('`number` is missing') },
    });
    expect(driftOf(passed)).toEqual(['source unfit order number number']);
  });

  it('does not look twice at a record that nothing changes before the other border', async () => {
    expect(await pass('', wrong)).toMatchObject({ end: 'failed', drift: [] });
    expect(driftOf(await pass('contract: evolve\n', unknown))).toEqual(['target unfit order extra text']);
  });
});

describe('a contract at the border of the target', () => {
  const tooLong = { number: 'too long', total: '1' };
  const at = (mode: string) => `set: { total: '"1"' }\ncontract: { target: ${mode} }\n`;

  it('fails what does not fit, if nothing is said', async () => {
    expect(await pass(`set: { total: '1' }\n`, unknown)).toMatchObject({
      end: 'failed',
      fault: { code: 'TL_VALIDATE_ENTITY' },
    });
    expect(await pass('', tooLong)).toMatchObject({ end: 'failed', fault: { code: 'TL_VALIDATE_PAYLOAD' } });
  });

  it('lets it pass with evolve: the target decides', async () => {
    const passed = await pass(at('evolve'), tooLong);
    expect(passed).toMatchObject({ end: 'through', payload: tooLong });
    expect(driftOf(passed)).toEqual(['target unfit payload number text']);
    expect(passed.drift[0]).toMatchObject({ rule: 'maxLength', sample: '"xxx xxxx"' });
  });

  it('leaves the record out with discard_row', async () => {
    expect(await pass(at('discard_row'), tooLong)).toMatchObject({
      end: 'filtered',
      reason: expect.stringContaining('payload for sales: `number` must have at most 5 characters'),
    });
  });

  it('takes values out of entity and payload with discard_value', async () => {
    const passed = await pass(at('discard_value'), { ...tooLong, extra: 1 });
    expect(passed).toMatchObject({ end: 'through', mapped: tooLong, payload: { total: '1' } });
    expect(passed.end === 'through' && Object.keys(passed.payload as object)).toEqual(['total']);
    expect(driftOf(passed)).toEqual([
      'source unfit order extra number',
      'target unfit order extra number',
      'target unfit payload number text',
    ]);
  });

  it('checks nothing of what is deleted', async () => {
    const flow = flowText.replace('upsert', 'delete');
    expect(await pass('contract: freeze\n', { number: 'A' }, flow)).toMatchObject({ end: 'through' });
    expect(await pass('', wrong, flow)).toMatchObject({ end: 'through' });
  });
});

describe('a contract in a flow file', () => {
  const place = 'flows/orders.yaml:';
  const native = flowText.replace('orders, as: order', 'orders');
  it.each([
    ['a mode that is none', `${flowText}contract: freez\n`, /4:11 TLW_VALUE_CHOICE .*evolve.*freeze/],
    ['a border that is none', `${flowText}contract: { sourc: freeze }\n`, /4:13 TLW_KEY_UNKNOWN .*sourc/],
    ['a mode of a border that is none', `${flowText}contract: { target: no }\n`, /4:21 TLW_VALUE_/],
    ['nothing at all', `${flowText}contract: {}\n`, /4:1[0-9]? TLW_/],
    [
      'a source without an entity',
      `${native}map: { number: id }\ncontract: { source: freeze }\n`,
      /5:13 TLW_CONTRACT_IDLE without `source.as` the record has no schema/,
    ],
    [
      'a target of which things are deleted',
      `${flowText.replace('upsert', 'delete')}contract: { target: evolve }\n`,
      /4:13 TLW_CONTRACT_IDLE of what is deleted only the key is used/,
    ],
    [
      'neither border',
      `${native.replace('upsert', 'delete')}contract: freeze\n`,
      /4:1 TLW_CONTRACT_IDLE a native record has no schema/,
    ],
  ])('is told of %s', (_what, flow, expected) => {
    const findings = findingsOf(makeWorkspace({ 'flows/orders.yaml': flow }));
    expect(findings.filter((finding) => finding.startsWith(place)).join('\n')).toMatch(expected);
    expect(findings).toHaveLength(1);
  });

  it.each([
    'contract: freeze',
    'contract: { source: discard_value }',
    'contract: { source: discard_row, target: evolve }',
  ])('is fine: %s', (line) => {
    expect(findingsOf(makeWorkspace({ 'flows/orders.yaml': `${flowText}${line}\n` }))).toEqual([]);
  });
});
