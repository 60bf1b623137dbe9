import { concurrency, type Workload } from '../workloads.ts';
import { type ClientName, openClient } from './clients.ts';

/** Reads and writes as a script does, and nothing around it. */
export interface ByHand {
  readPages(workload: Workload): AsyncIterable<readonly unknown[]>;
  /** Native records of the source, as many as one request takes. */
  write(workload: Workload, records: readonly unknown[]): Promise<void>;
  close(): Promise<void>;
}

export function openByHand(baseUrl: string, name: ClientName): ByHand {
  const client = openClient[name](baseUrl);
  return {
    async *readPages({ kind, page: size, records }) {
      for (let page = 1, pages = 1; page <= pages; page++) {
        const body = (await client.get(`/${kind}?page=${page}&size=${size}&of=${records}`)) as Page;
        pages = body.pages;
        yield body.value;
      }
    },
    write: async ({ kind }, records) => {
      if (kind === 'orders') {
        const order = toSalesOrder(records[0] as Order);
        const { id } = (await client.send('POST', '/salesOrders', order)) as { id?: string };
        if (id === undefined) throw new Error('an order got no id');
        return;
      }
      const items = records.map((record) => toItemPrice(record as Price));
      const { results } = (await client.send('PUT', '/itemPrices', { items })) as Results;
      const taken = new Set(results.filter(({ status }) => status === 'ok').map(({ sku }) => sku));
      if (records.some((record) => !taken.has((record as Price).sku))) throw new Error('a price was refused');
    },
    close: () => client.close(),
  };
}

/** At most {@link concurrency} at once. `run` resolves when the work has begun, `ended` when all of it is over. */
export function createSlots() {
  let free = concurrency;
  const waiting: (() => void)[] = [];
  const underWay = new Set<Promise<void>>();
  const leave = () => {
    free += 1;
    waiting.shift()?.();
  };
  return {
    run: async (work: () => Promise<void>): Promise<void> => {
      while (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
      free -= 1;
      const running = work().finally(leave);
      underWay.add(running);
      running.then(() => underWay.delete(running), giveUp);
    },
    ended: async (): Promise<void> => {
      await Promise.all(underWay);
    },
  };
}

/** A bench in which something fails measures nothing. */
function giveUp(error: unknown): never {
  console.error(error);
  process.exit(1);
}

interface Page {
  readonly value: readonly unknown[];
  readonly pages: number;
}

interface Results {
  readonly results: readonly { readonly sku: string; readonly status: string }[];
}

type Texts<Names extends string> = Readonly<Record<Names, string>>;

interface Order extends Texts<'number' | 'placedAt' | 'currency' | 'note'> {
  readonly customer: Texts<'number' | 'name' | 'email'>;
  readonly shipTo: Texts<'name' | 'street' | 'zip' | 'city' | 'country'>;
  readonly lines: readonly (Texts<'sku' | 'text' | 'price'> & { readonly quantity: number })[];
}

type Price = Texts<'sku' | 'amount' | 'currency'>;

/** The same as `map` of the flow. */
function toSalesOrder({ number, placedAt, currency, customer, shipTo, lines, note }: Order) {
  return {
    externalNumber: number,
    orderDate: placedAt.slice(0, 10),
    currencyCode: currency,
    customerNumber: customer.number,
    email: customer.email.toLowerCase(),
    shipToName: shipTo.name,
    shipToAddress: {
      street: shipTo.street,
      postalCode: shipTo.zip,
      city: shipTo.city,
      country: shipTo.country,
    },
    comment: note,
    lines: lines.map(({ sku, text, quantity, price }) => ({
      itemNumber: sku,
      description: text,
      quantity,
      unitPrice: price,
    })),
  };
}

function toItemPrice({ sku, amount, currency }: Price) {
  return { sku, unitPrice: amount, currencyCode: currency };
}
