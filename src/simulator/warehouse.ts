import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../contract/connector.ts';
import { productFlaw } from './flaws.ts';
import { createRandom } from './random.ts';
import { createWorld } from './world.ts';

export interface WarehouseOptions {
  /** Folder that the files are dropped into. */
  readonly dir: string;
  readonly seed: number;
  readonly products: number;
  readonly clock: Clock;
}

export interface Warehouse {
  /** Drops a full count: one line for each product. */
  dropFullCount(): Promise<void>;
  /** Drops what has moved since: a few lines. */
  dropMovements(): Promise<void>;
}

/**
 * A warehouse that hands its stock over as CSV, the way most third-party warehouses do: written under another name,
 * renamed when whole, and announced by a `.done` file. One product in 400 is counted as "n/a".
 */
export function createWarehouse(options: WarehouseOptions): Warehouse {
  const world = createWorld(options.seed);
  const random = createRandom(options.seed);
  const stock = Array.from({ length: options.products }, (_, index) => world.product(index).stock);
  let drops = 0;
  const lineOf = (index: number, countedAt: string) => {
    const { sku } = world.product(index);
    const quantity = productFlaw(index) === 'nonNumericStock' ? 'n/a' : String(stock[index]);
    return `${sku},MAIN,${quantity},${countedAt}`;
  };
  const drop = async (indexes: readonly number[]) => {
    await mkdir(options.dir, { recursive: true });
    const countedAt = new Date(options.clock.now()).toISOString();
    const lines = indexes.map((index) => lineOf(index, countedAt));
    drops += 1;
    const name = `stock-${countedAt.replaceAll(/[-:.]/g, '')}-${String(drops).padStart(4, '0')}.csv`;
    const text = ['SKU,Location,Quantity,CountedAt', ...lines, ''].join('\r\n');
    await writeFile(join(options.dir, `${name}.tmp`), text);
    await rename(join(options.dir, `${name}.tmp`), join(options.dir, name));
    await writeFile(join(options.dir, `${name}.done`), '');
  };
  return {
    dropFullCount: () => drop(stock.map((_, index) => index)),
    dropMovements: async () => {
      const moved = new Set(
        Array.from({ length: random.int(3, 12) }, () => random.int(0, options.products - 1)),
      );
      for (const index of moved) stock[index] = Math.max(0, (stock[index] ?? 0) + random.int(-20, 20));
      await drop([...moved]);
    },
  };
}
