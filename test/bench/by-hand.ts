import { createTransport, type RawRequest } from '../../src/connect/transport/create-transport.ts';
import { concurrency, type Workload } from './workloads.ts';

/** Reads and writes as a script would: with the engine's HTTP client, and nothing around it. */
export interface ByHand {
  readPages(workload: Workload): AsyncIterable<readonly unknown[]>;
  /** Native records of the source, as many as one request takes. */
  write(workload: Workload, records: readonly unknown[]): Promise<void>;
  close(): Promise<void>;
}

export function openByHand(baseUrl: string, adapter: 'undici' | 'http' = 'undici'): ByHand {
  const transport = createTransport({
    adapter,
    timeoutMs: 30_000,
    maxResponseBytes: 20 * 1024 * 1024,
    charset: 'utf-8',
  });
  const send = async (request: Omit<RawRequest, 'headers'>): Promise<unknown> => {
    const response = await transport.exchange({ ...request, headers }, undefined);
    if (response.status >= 300) throw new Error(`${request.url} answered ${response.status}`);
    return JSON.parse(response.text);
  };
  return {
    async *readPages({ kind, page: size, records }) {
      for (let page = 1, pages = 1; page <= pages; page++) {
        const url = `${baseUrl}/${kind}?page=${page}&size=${size}&of=${records}`;
        const body = (await send({ method: 'GET', url, body: undefined })) as Page;
        pages = body.pages;
        yield body.value;
      }
    },
    write: async ({ kind }, records) => {
      if (kind === 'orders') {
        const body = JSON.stringify(toSalesOrder(records[0] as Order));
        const { id } = (await send({ method: 'POST', url: `${baseUrl}/salesOrders`, body })) as {
          id?: string;
        };
        if (id === undefined) throw new Error('an order got no id');
        return;
      }
      const body = JSON.stringify({ items: records.map((record) => toItemPrice(record as Price)) });
      const { results } = (await send({ method: 'PUT', url: `${baseUrl}/itemPrices`, body })) as Results;
      const taken = new Set(results.filter(({ status }) => status === 'ok').map(({ sku }) => sku));
      if (records.some((record) => !taken.has((record as Price).sku))) throw new Error('a price was refused');
    },
    close: () => transport.close(),
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

const headers = { accept: 'application/json', 'content-type': 'application/json' };

interface Page {
  readonly value: readonly unknown[];
  readonly pages: number;
}

interface Results {
  readonly results: readonly { readonly sku: string; readonly status: string }[];
}

interface Order {
  readonly number: string;
  readonly placedAt: string;
  readonly currency: string;
  readonly customer: { readonly number: string };
  readonly shipTo: Readonly<Record<'name' | 'street' | 'zip' | 'city' | 'country', string>>;
  readonly lines: readonly { readonly sku: string; readonly quantity: number; readonly price: string }[];
}

interface Price {
  readonly sku: string;
  readonly amount: string;
  readonly currency: string;
}

/** The same as `map` of the flow. */
function toSalesOrder({ number, placedAt, currency, customer, shipTo, lines }: Order) {
  return {
    externalNumber: number,
    orderDate: placedAt.slice(0, 10),
    currencyCode: currency,
    customerNumber: customer.number,
    shipToName: shipTo.name,
    shipToAddress: {
      street: shipTo.street,
      postalCode: shipTo.zip,
      city: shipTo.city,
      country: shipTo.country,
    },
    lines: lines.map(({ sku, quantity, price }) => ({ itemNumber: sku, quantity, unitPrice: price })),
  };
}

function toItemPrice({ sku, amount, currency }: Price) {
  return { sku, unitPrice: amount, currencyCode: currency };
}
