import { expect, test } from 'vitest';
import type { Write } from '../../../src/contract/connector.ts';
import { Fault } from '../../../src/contract/fault.ts';
import { createPlan, type PlanChanges } from '../../support/engine.ts';
import {
  createFakeSource,
  createFakeTarget,
  type FakeRecord,
  type FakeTarget,
  pageOf,
} from '../../support/fake-system.ts';
import { idsAt } from '../../support/known-xrefs.ts';
import { useEngine } from '../../support/use-engine.ts';

const { database, tests } = useEngine();

/** A flow to `target` whose source gives these records, one run after the other. */
function flowTo(
  target: FakeTarget,
  flow: string,
  { resource, ...changes }: PlanChanges & { resource?: string } = {},
) {
  const source = createFakeSource();
  const named = { ...target, resource: { ...target.resource, ...(resource && { name: resource }) } };
  const steps = {
    map: async (value: unknown) => {
      const { version: _version, ...rest } = value as FakeRecord;
      return { value: rest };
    },
  };
  const plan = createPlan(source, named, { flow, steps, ...changes });
  return async (...records: readonly FakeRecord[]) => {
    source.pages = [pageOf(records)];
    return (await tests.run(plan)).counts;
  };
}

test('what another flow deleted is created again when it is back, unchanged', async () => {
  const target = createFakeTarget(['find', 'create', 'update', 'delete']);
  const up = flowTo(target, 'up', { connection: 'shop-1' });
  const down = flowTo(target, 'down', { connection: 'shop-1', write: 'delete' });
  await up({ key: 'P1', name: 'Santa' }, { key: 'P2', name: 'Elf' });
  await down({ key: 'P1' });
  expect(await up({ key: 'P1', name: 'Santa' }, { key: 'P2', name: 'Elf' })).toMatchObject({
    delivered: 1,
    unchanged: 1,
  });
  expect(target.effects.map(({ action, key }) => `${action} ${key}`)).toEqual([
    'create P1',
    'create P2',
    'delete P1',
    'create P1',
  ]);
});

test('so is what the other flow knows by another key', async () => {
  const target = createFakeTarget(['find', 'create', 'update']);
  const remove: Write = async (items) => {
    for (const { key } of items) target.records.delete(key === 'id-1' ? 'P1' : key);
    return items.map(({ id }) => ({ ok: true, ...(id !== undefined && { id }) }));
  };
  Object.assign(target.resource, { delete: remove });
  const up = flowTo(target, 'by-number', { connection: 'shop-2' });
  await up({ key: 'P1', name: 'Santa' });
  // It has no way to look the record up: its key is the id.
  const { find: _find, ...resource } = target.resource;
  const down = flowTo({ ...target, resource }, 'by-id', { connection: 'shop-2', write: 'delete' });
  await down({ key: 'id-1' });
  expect(await up({ key: 'P1', name: 'Santa' })).toMatchObject({ delivered: 1 });
  expect(target.effects.map(({ action }) => action)).toEqual(['create', 'create']);
});

test('what has the same key or id in another resource stays unchanged', async () => {
  const shop = createFakeTarget(['find', 'create', 'update', 'delete']);
  const stock = createFakeTarget(['find', 'create', 'update', 'delete']);
  const entityless = { connection: 'shop-3' };
  const up = flowTo(shop, 'shop-up', { ...entityless, resource: 'articles' });
  const other = flowTo(stock, 'stock-up', { ...entityless, resource: 'stock', entity: 'level' });
  await up({ key: 'P1', name: 'Santa' });
  await other({ key: 'P1', level: 3 });
  await flowTo(shop, 'shop-down', { ...entityless, resource: 'articles', write: 'delete' })({ key: 'P1' });
  expect(await other({ key: 'P1', level: 3 })).toMatchObject({ unchanged: 1 });
  expect(await up({ key: 'P1', name: 'Santa' })).toMatchObject({ delivered: 1 });
});

test('what is not there any more when it is to be updated does not count as delivered', async () => {
  const target = createFakeTarget(['find', 'create', 'update']);
  const run = flowTo(target, 'missing');
  await run({ key: 'A', n: 1, version: '1' });
  target.refuse = () => ({ fault: new Fault('TL_TARGET_NOT_FOUND', 'answered 404') });
  expect(await run({ key: 'A', n: 2, version: '2' })).toMatchObject({ failed: 1 });
  // As it was before: nothing is there, whatever was delivered once.
  expect(await run({ key: 'A', n: 1, version: '3' })).toMatchObject({ failed: 1, unchanged: 0 });
  // To make it anew is for a person to say.
  expect(await idsAt(database.db, 'erp of missing')).toEqual({ A: 'id-1' });
});

test('what goes back to how it was delivered is written, where nobody knows what has become of the state between', async () => {
  const target = createFakeTarget(['upsert']);
  const run = flowTo(target, 'lost', {
    retry: { attempts: 1, delayMs: 0, factor: 1, maxDelayMs: 0, jitter: false },
  });
  await run({ key: 'A', n: 1, version: '1' });
  target.refuse = () => ({ fault: new Fault('TL_TARGET_UNKNOWN', 'no answer'), after: true });
  expect(await run({ key: 'A', n: 2, version: '2' })).toMatchObject({ failed: 1 });
  target.refuse = () => undefined;
  expect(await run({ key: 'A', n: 1, version: '3' })).toMatchObject({ delivered: 1 });
  expect(target.records.get('A')?.payload).toMatchObject({ n: 1 });
});

test('a refusal leaves what was delivered before as it is', async () => {
  const target = createFakeTarget(['upsert']);
  const run = flowTo(target, 'refusing');
  await run({ key: 'A', n: 1, version: '1' });
  target.refuse = () => ({ fault: new Fault('TL_TARGET_REJECTED', 'no') });
  expect(await run({ key: 'A', n: 2, version: '2' })).toMatchObject({ failed: 1 });
  expect(await run({ key: 'A', n: 1, version: '3' })).toMatchObject({ unchanged: 1 });
});
