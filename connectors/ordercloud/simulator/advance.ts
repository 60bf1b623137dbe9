import type { Random } from '../../../src/simulator/random.ts';
import { buyerOf, type Size } from './layout.ts';
import { formatDate, type Marketplace, usersOf } from './marketplace.ts';
import { addWorldOrder } from './orders/seed-orders.ts';

/**
 * Gives a function that lets a little business happen: one to three new orders, now and then a customer with a new
 * telephone number, now and then an older order that somebody touched.
 */
export function createAdvance(marketplace: Marketplace, size: Size, random: Random): () => void {
  let placed = size.orders;
  return () => {
    if (size.customers < 1 || size.products < 1) return;
    const count = random.int(1, 3);
    for (let order = 0; order < count; order += 1) {
      addWorldOrder(marketplace, { index: placed, size, placedAt: marketplace.clock.now(), random });
      placed += 1;
    }
    if (random.chance(0.3)) changePhone(marketplace, random.int(0, size.customers - 1), random);
    if (random.chance(0.3)) touchOrder(marketplace, random);
  };
}

function changePhone(marketplace: Marketplace, customer: number, random: Random): void {
  const users = usersOf(marketplace, buyerOf(customer));
  const user = users.get(marketplace.world.customer(customer).number);
  if (user !== undefined) users.put({ ...user, Phone: `+49 30 555 ${random.int(1000, 9999)}` });
}

function touchOrder({ orders, clock }: Marketplace, random: Random): void {
  const submitted = orders.list().filter((order) => order['IsSubmitted'] === true);
  const order = submitted[random.int(0, submitted.length - 1)];
  if (order !== undefined)
    orders.put({ ...order, Comments: 'Called: please hurry.', LastUpdated: formatDate(clock.now()) });
}
