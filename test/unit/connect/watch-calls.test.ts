import { expect, it } from 'vitest';
import { watchCalls } from '../../../src/connect/code/watch-calls.ts';
import type { ConnectionWatch } from '../../../src/contract/connection-watch.ts';
import type { ConnectorTools, Resource } from '../../../src/contract/connector.ts';
import { Fault } from '../../../src/contract/fault.ts';

const tools: ConnectorTools = { clock: { now: () => 0 }, log: { debug() {}, warn() {} } };
const settings = { name: 'crm', config: {}, resources: {}, limits: {}, workspaceDir: '.' };
const signal = new AbortController().signal;
const item = { key: 'A', payload: {}, idempotencyKey: 'A' };

/** One resource of a connector in code, what its calls were told as, and the tools that it was opened with. */
function open(resource: Partial<Resource>) {
  const told: string[] = [];
  const given: ConnectorTools[] = [];
  const watch: ConnectionWatch = {
    attempted: (operation, result, ms) => told.push(`${operation} ${result} ${ms >= 0}`),
    waited: () => {},
  };
  const connector = watchCalls({
    name: 'mine',
    summary: '',
    config: {},
    resources: {},
    open: (_settings, own) => {
      given.push(own);
      return {
        resources: { orders: { name: 'orders', keyOf: () => 'A', ...resource } },
        close: async () => {},
      };
    },
  });
  const { resources } = connector.open(settings, { ...tools, watch });
  return { told, given, orders: resources['orders'] as Resource };
}

it('tells of each page, and of the one that failed', async () => {
  const { told, orders } = open({
    async *read() {
      yield { records: [] };
      yield { records: [] };
      throw new Fault('TL_SYSTEM_TIMEOUT', 'no answer');
    },
  });
  const reading = async () => {
    for await (const _page of orders.read?.({ where: {}, signal }) ?? []);
  };
  await expect(reading()).rejects.toThrow('no answer');
  expect(told).toEqual(['read ok true', 'read ok true', 'read transient true']);
});

it('ends the reading of the connector where nobody wants more', async () => {
  let isOver = false;
  const { orders } = open({
    async *read() {
      try {
        for (;;) yield { records: [] };
      } finally {
        isOver = true;
      }
    },
  });
  for await (const _page of orders.read?.({ where: {}, signal }) ?? []) break;
  expect(isOver).toBe(true);
});

it('tells of a write by the first of its items that was refused, and of a call that throws by its fault', async () => {
  const refused = { ok: false, fault: new Fault('TL_TARGET_REJECTED', 'no') } as const;
  const { told, orders } = open({
    find: async () => [undefined],
    create: async () => [{ ok: true }, refused],
    update: async () => [{ ok: true }],
    delete: async () => {
      throw new Fault('TL_AUTH_REFUSED', 'who are you?');
    },
  });
  await orders.find?.(['A'], signal);
  await orders.create?.([item, item], signal);
  await orders.update?.([item], signal);
  await expect(orders.delete?.([item], signal)).rejects.toThrow('who are you?');
  expect(told).toEqual(['find ok true', 'create rejected true', 'update ok true', 'delete config true']);
});

it('does not tell of what was called off from our side', async () => {
  const { told, orders } = open({
    find: async (_keys, given) => {
      given.throwIfAborted();
      return [undefined];
    },
  });
  await expect(orders.find?.(['A'], AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  expect(told).toEqual([]);
});

it('keeps what a resource can do as it is, and hands the connector no watch of ours', () => {
  const { given, orders } = open({ create: async () => [] });
  expect(Object.keys(orders).toSorted()).toEqual(['create', 'keyOf', 'name']);
  expect(given).toEqual([tools]);
});
