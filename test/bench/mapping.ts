import { isDeepStrictEqual } from 'node:util';
import jsonata from 'jsonata';
import { passRecord } from '../../src/engine/line/pass-record.ts';
import { registerFunctions } from '../../src/mapping/expression/functions.ts';
import { toPlain } from '../../src/mapping/expression/plain.ts';
import { compileTree } from '../../src/mapping/tree.ts';
import { compileFlow } from '../../src/workspace/compile/compile-flow.ts';
import type { Plan } from '../../src/workspace/compile/plan.ts';
import { makeWorkspace } from '../unit/workspace/make-workspace.ts';
import { createOrder, mappings, type Order, type Run } from './mapping-orders.ts';

/**
 * `npm run bench -- --only mapping`: what a mapping of an order of five lines costs by itself, beside JSONata's own
 * evaluator and beside what somebody writes by hand. CPU time of this process, by turns, medians; each has to give the
 * same.
 */
export async function benchMapping(turns: number): Promise<void> {
  const orders = Array.from({ length: 500 }, (_, nth) => createOrder(nth));
  console.log(
    `an order has ${JSON.stringify(orders[0]).length} characters and five lines; µs of CPU for each`,
  );
  for (const { name, map, byHand } of mappings) {
    const contenders = { ...contendersFor(map), 'by hand': byHand };
    await refuseDifferences(contenders, orders);
    const times = new Map<string, number[]>();
    for (let turn = 0; turn <= turns; turn++) {
      for (const [contender, run] of Object.entries(contenders)) {
        const micros = await measure(run, orders);
        // The first turn is for the compiler.
        if (turn > 0) times.set(contender, [...(times.get(contender) ?? []), micros]);
      }
    }
    for (const [contender, all] of times) console.log(`${name}\t${contender}\t${median(all).toFixed(2)}`);
  }
}

function contendersFor(map: Readonly<Record<string, unknown>>): Readonly<Record<string, Run>> {
  const theirs = jsonata(toExpression(map));
  registerFunctions(theirs, undefined);
  const tree = compileTree(map, { placeOf: () => undefined });
  const plan = planOf(map);
  const bindings = { xref: () => undefined };
  return {
    jsonata: async (order) => toPlain(await theirs.evaluate(order)),
    mapping: (order) => tree.apply(order),
    'whole way': (order) => passRecord(plan, order, bindings),
  };
}

function planOf(map: Readonly<Record<string, unknown>>): Plan {
  const flow = `flow: orders\nsource: { connection: shop, resource: orders }\nmap: ${JSON.stringify(map)}
target: { connection: erp, resource: sales, write: upsert }\n`;
  const own = { keyOf: () => 'K' };
  const write = async () => [];
  const resources = {
    orders: { ...own, name: 'orders', read: async function* () {} },
    sales: { ...own, name: 'sales', find: async () => [], create: write, update: write },
  };
  const open = () => ({ resources, close: async () => {} });
  return compileFlow(makeWorkspace({ 'flows/orders.yaml': flow }), 'orders', { open });
}

/** A tree as one expression. */
function toExpression(node: unknown): string {
  if (typeof node === 'string') return `(${node})`;
  const members = Object.entries(node as object);
  return `{${members.map(([name, each]) => `${JSON.stringify(name)}: ${toExpression(each)}`).join(', ')}}`;
}

async function refuseDifferences(contenders: Readonly<Record<string, Run>>, orders: readonly Order[]) {
  for (const order of orders) {
    const [first, ...others] = await Promise.all(
      Object.entries(contenders).map(async ([name, run]) => ({ name, result: unpack(await run(order)) })),
    );
    for (const { name, result } of others)
      if (!isDeepStrictEqual(result, first?.result))
        throw new Error(`${name} gives ${JSON.stringify(result)}, not ${JSON.stringify(first?.result)}`);
  }
}

function unpack(result: unknown): unknown {
  return typeof result === 'object' && result !== null && 'payload' in result ? result.payload : result;
}

/** For at least 300 ms of CPU. */
async function measure(run: Run, orders: readonly Order[]): Promise<number> {
  const before = process.cpuUsage();
  for (let rounds = 1; ; rounds++) {
    for (const order of orders) {
      const result = run(order);
      if (result instanceof Promise) await result;
    }
    const { user, system } = process.cpuUsage(before);
    if (user + system > 300_000) return (user + system) / (rounds * orders.length);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
