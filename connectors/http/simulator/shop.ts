import type { Clock } from '../../../src/contract/connector.ts';
import { parseTime } from '../../../src/simulator/parse-time.ts';
import { createRandom, deriveSeed } from '../../../src/simulator/random.ts';
import type { EffectLog } from '../../../src/simulator/simulator.ts';
import { createWorld } from '../../../src/simulator/world.ts';
import { toCustomer, toOrder, toPrice, toStock } from './to-entity.ts';

type Stored = Readonly<Record<string, unknown>>;

/** Records under their keys, in the order of their last change. */
export interface Collection {
  size(): number;
  get(key: string): Stored | undefined;
  /** Those changed at or after a time; all of them for a text that is no time. */
  changedSince(time: string): readonly Stored[];
  /** Creates or replaces, for a client. */
  put(key: string, record: Stored): Stored;
}

export interface Shop {
  readonly collections: ReadonlyMap<string, Collection>;
  /** A few prices and stock levels move. */
  advance(): void;
}

interface ShopOptions {
  readonly seed: number;
  readonly size: Readonly<Record<string, number>>;
  readonly clock: Clock;
  readonly effects: EffectLog;
}

/** The shared world's orders, customers, stock and prices, changed one a second until just now. */
export function createShop({ seed, size, clock, effects }: ShopOptions): Shop {
  const world = createWorld(seed);
  const random = createRandom(deriveSeed(seed, 'http business', 0));
  const { orders = 0, customers = 0, products = 0 } = size;
  const open = (name: string, key: string, records: readonly Stored[]) =>
    createCollection({ name, key, records, clock, effects });
  const placed = orders > 0 && customers > 0 && products > 0 ? orders : 0;
  const ofOrders = listOf(placed, (index) => toOrder(world, index, { customers, products }));
  const ofCustomers = listOf(customers, (index) => toCustomer(world.customer(index)));
  const ofStock = listOf(products, (index) => toStock(world.product(index)));
  const ofPrices = listOf(products, (index) => toPrice(world.product(index)));
  const stock = open('stock', 'sku', ofStock);
  const prices = open('prices', 'sku', ofPrices);
  const collections = new Map([
    ['orders', open('orders', 'number', ofOrders)],
    ['customers', open('customers', 'number', ofCustomers)],
    ['stock', stock],
    ['prices', prices],
  ]);
  const advance = () => {
    if (products === 0) return;
    const product = world.product(random.int(0, products - 1));
    stock.change(product.sku, { quantityAvailable: String(random.int(0, 500)) });
    const cents = random.int(199, 99_999);
    const amount = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
    prices.change(product.sku, { price: { amount, currency: 'EUR' } });
  };
  return { collections, advance };
}

function listOf(count: number, create: (index: number) => object): readonly Stored[] {
  return Array.from({ length: count }, (_, index) => ({ ...create(index) }));
}

interface CollectionOptions {
  readonly name: string;
  readonly key: string;
  readonly records: readonly Stored[];
  readonly clock: Clock;
  readonly effects: EffectLog;
}

interface OwnCollection extends Collection {
  /** A change of the system's own: no client's effect. */
  change(key: string, values: Stored): void;
}

function createCollection({ name, key, records, clock, effects }: CollectionOptions): OwnCollection {
  const startedAt = clock.now();
  const stored = new Map<string, Stored>();
  for (const [index, record] of records.entries()) {
    const updatedAt = new Date(startedAt - (records.length - index) * 1000).toISOString();
    stored.set(String(record[key]), { ...record, updatedAt });
  }
  const keep = (id: string, record: Stored): Stored => {
    const kept = { ...record, [key]: id, updatedAt: new Date(clock.now()).toISOString() };
    // Behind the others: lists are in the order of change, so that pages stay as they are while records are written.
    stored.delete(id);
    stored.set(id, kept);
    return kept;
  };
  return {
    size: () => stored.size,
    get: (id) => stored.get(id),
    changedSince: (time) => {
      const since = parseTime(time);
      const all = [...stored.values()];
      return Number.isNaN(since) ? all : all.filter(({ updatedAt }) => parseTime(String(updatedAt)) >= since);
    },
    put: (id, record) => {
      const action = stored.has(id) ? 'update' : 'create';
      const kept = keep(id, record);
      effects.append({ system: 'http', resource: name, key: id, action, version: String(kept.updatedAt) });
      return kept;
    },
    change: (id, values) => {
      const before = stored.get(id);
      if (before !== undefined) keep(id, { ...before, ...values });
    },
  };
}
