import type { Random } from '../../src/simulator/random.ts';
import type { Json, Systems } from './processes/systems.ts';

export interface Business {
  readonly changes: () => number;
  /** Everything stays as it is from here on. */
  stop(): Promise<void>;
}

/**
 * What goes on at the sources meanwhile: orders come in, orders and customers are edited, prices and stock move. A few
 * records are edited again and again, so that versions of one key follow each other closely.
 */
export function startBusiness(systems: Systems, random: Random, known: Known): Business {
  let stopping = false;
  let changes = 0;
  const going = (async () => {
    while (!stopping) {
      changes += 1;
      await changeSomething(systems, random, { known, nth: changes }).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, random.int(40, 250)));
    }
  })();
  return {
    changes: () => changes,
    stop: async () => {
      stopping = true;
      await going;
    },
  };
}

/** What there is to be edited. */
export interface Known {
  readonly orders: readonly string[];
  readonly customers: readonly { readonly buyer: string; readonly id: string }[];
}

export async function listKnown({ shop }: Systems): Promise<Known> {
  const orders: Json = await shop.call('GET', '/orders/Incoming?pageSize=100&sortBy=ID');
  const users: Json = await shop.call('GET', '/buyerusers?pageSize=100&sortBy=Username&CompanyID=!guests');
  return {
    orders: orders.Items.map((order: Json) => order.ID),
    customers: users.Items.map((user: Json) => ({ buyer: user.CompanyID, id: user.ID })),
  };
}

async function changeSomething(
  { shop, erp }: Systems,
  random: Random,
  { known, nth }: { readonly known: Known; readonly nth: number },
): Promise<void> {
  // Half of the edits go to the first few.
  const some = <T>(list: readonly T[]): T | undefined =>
    list[random.int(0, (random.chance(0.5) ? Math.min(6, list.length) : list.length) - 1)];
  const draw = random.next();
  if (draw < 0.2) await shop.control('advance', {});
  else if (draw < 0.35) await erp.control('advance', {});
  else if (draw < 0.75)
    await shop.call('PATCH', `/orders/Incoming/${some(known.orders)}`, { xp: { revision: nth } });
  else {
    const user = some(known.customers);
    await shop.call('PATCH', `/buyers/${user?.buyer}/users/${user?.id}`, { xp: { taxNumber: `DE${nth}` } });
  }
}
