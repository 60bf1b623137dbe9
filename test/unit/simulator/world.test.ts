import { describe, expect, it } from 'vitest';
import { customerFlaw, orderFlaw, productFlaw } from '../../../src/simulator/flaws.ts';
import { createRandom } from '../../../src/simulator/random.ts';
import { createWorld } from '../../../src/simulator/world.ts';

const indexes = Array.from({ length: 2000 }, (_, index) => index);
const size = { customers: 300, products: 2000 };

describe('createRandom', () => {
  it('repeats itself for a seed and differs for another', () => {
    const draw = (seed: number): number[] => Array.from({ length: 5 }, createRandom(seed).next);
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('stays within bounds and reaches both of them', () => {
    const random = createRandom(1);
    const drawn = new Set(indexes.map(() => random.int(1, 6)));
    expect([...drawn].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe('createWorld', () => {
  const world = createWorld(1);

  it('gives the same record whatever was asked for before', () => {
    expect(createWorld(1).product(99)).toEqual(world.product(99));
    expect(createWorld(2).product(99)).not.toEqual(world.product(99));
    expect([world.product(0).sku, world.customer(0).number]).toEqual(['TL-10001', 'C10001']);
  });

  it('keeps numbers and e-mails unique', () => {
    const customers = indexes.map((index) => world.customer(index));
    const emails = customers.flatMap(({ email }) => email ?? []);
    expect(new Set(emails).size).toBe(emails.length);
    expect(new Set(customers.map(({ number }) => number)).size).toBe(customers.length);
  });

  it('writes prices as decimal strings', () => {
    for (const index of indexes) expect(world.product(index).price).toMatch(/^-?\d+\.\d\d$/);
  });

  it('is wrong about once in a hundred, where flaws.ts says so', () => {
    expect(indexes.filter((index) => productFlaw(index) !== undefined)).toHaveLength(20);
    expect(productFlaw(137)).toBe('zeroPrice');
    expect(world.product(137).price).toBe('0.00');
    expect(world.product(237).price).toMatch(/^-/);
    expect(world.customer(23).email).toBeUndefined();
    expect(world.customer(123).country).toBe('XX');
  });

  it('lets only flawed orders refer to flawed records', () => {
    for (const index of indexes) {
      const order = world.order(index, size);
      const customer = customerFlaw(order.customer);
      const products = order.lines.map((line) => productFlaw(line.product));
      expect(customer).toBe(orderFlaw(index) === 'unknownCustomer' ? 'unknownToErp' : undefined);
      expect(products[0]).toBe(orderFlaw(index) === 'blockedProduct' ? 'blockedInErp' : undefined);
      expect(products.slice(1).every((flaw) => flaw === undefined)).toBe(true);
    }
  });
});
