import { sealConnector } from '../../../src/connect/code/seal-connector.ts';
import type { Connector, Resource } from '../../../src/contract/connector.ts';

/** A process of its own: a connector in code that never gives way, and that only after it has waited for something. */
const connector: Connector = {
  name: 'mine',
  summary: 'ours',
  config: {},
  resources: {},
  open: () => ({ resources: { orders: orders as Resource }, close: async () => {} }),
};

const orders: Partial<Resource> = {
  name: 'orders',
  keyOf: () => 'A',
  upsert: async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return turnForEver();
  },
};

function turnForEver(): never {
  for (;;) JSON.stringify({});
}

const { resources } = sealConnector(connector, { maxMs: 1_000 }).open(
  { name: 'crm', config: {}, resources: {}, limits: {}, workspaceDir: '.' },
  { clock: { now: () => 0 }, log: { debug() {}, warn() {} } },
);
const items = [{ key: 'A', payload: {}, idempotencyKey: 'A' }];
await resources['orders']?.upsert?.(items, new AbortController().signal);
