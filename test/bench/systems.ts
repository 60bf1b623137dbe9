import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/**
 * Source and target of the bench, as a process of its own: as little as a server can be, so that what is measured
 * is its clients. Prints its URL. `POST /reset?latency=20` forgets what was written and makes every write take so
 * many milliseconds longer; `GET /effects` says how many writes there were, of how many different records, and when the
 * first one came.
 */
const pages = new Map<string, string>();
const written = { orders: new Map<string, number>(), prices: new Map<string, number>() };
let latencyMs = 0;
let firstWriteAt: number | undefined;

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://bench');
  if (request.method === 'GET' && pathname === '/effects')
    return answer(response, 200, JSON.stringify(effects()));
  if (request.method === 'GET') return answer(response, 200, pageOf(pathname.slice(1), searchParams));
  if (pathname === '/reset') {
    latencyMs = Number(searchParams.get('latency') ?? 0);
    firstWriteAt = undefined;
    for (const records of Object.values(written)) records.clear();
    return answer(response, 200, '{}');
  }
  firstWriteAt ??= Date.now();
  readText(request).then((text) => {
    const body: unknown = JSON.parse(text);
    const result = pathname === '/salesOrders' ? takeOrder(body) : takePrices(body);
    const status = pathname === '/salesOrders' ? 201 : 200;
    if (latencyMs === 0) answer(response, status, result);
    else setTimeout(() => answer(response, status, result), latencyMs);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
});

function answer(response: ServerResponse, status: number, text: string): void {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, headers).end(text);
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** `?page=1&size=100&of=10000`: the page, and how many pages there are. */
function pageOf(kind: string, asked: URLSearchParams): string {
  const [page, size, of] = ['page', 'size', 'of'].map((name) => Number(asked.get(name)));
  const name = `${kind} ${page} ${size} ${of}`;
  const known = pages.get(name);
  if (known !== undefined || !page || !size || !of) return known ?? '{"value":[],"pages":0}';
  const start = (page - 1) * size;
  const length = Math.max(0, Math.min(size, of - start));
  const toRecord = kind === 'orders' ? toOrder : toPrice;
  const value = Array.from({ length }, (_, index) => toRecord(start + index + 1));
  const text = JSON.stringify({ value, pages: Math.ceil(of / size) });
  pages.set(name, text);
  return text;
}

/** Five lines, about 1.5 kB. */
function toOrder(nth: number) {
  const customer = nth % 900;
  return {
    number: `SO-${String(nth).padStart(7, '0')}`,
    status: nth % 7 === 0 ? 'partly shipped' : 'open',
    placedAt: new Date(Date.UTC(2026, 0, 1) + nth * 61_000).toISOString(),
    currency: 'EUR',
    customer: {
      number: `C-${customer}`,
      name: `Customer ${customer}`,
      email: `Customer.${customer}@Example.com`,
      language: 'de',
    },
    shipTo: {
      name: `Customer ${customer}`,
      street: `Main Street ${nth % 200}`,
      zip: '10115',
      city: 'Berlin',
      country: 'DE',
    },
    note: `Please leave it with the neighbours at number ${nth % 90} if nobody is in before ten in the morning.`,
    payment: { method: 'invoice', state: 'authorised', reference: `PAY-${nth}-${customer}` },
    lines: [1, 2, 3, 4, 5].map((line) => toLine(nth, line)),
  };
}

function toLine(nth: number, line: number) {
  const article = (nth * 7 + line * 13) % 5_000;
  return {
    line,
    sku: `SKU-${article}`,
    text: `Article ${article}, colour ${article % 17}, size ${article % 9}, in its usual packing`,
    quantity: (nth % 4) + line,
    price: ((nth % 90) + line + 0.95).toFixed(2),
    tax: '19.00',
    warehouse: `WH-${article % 4}`,
    unit: 'piece',
  };
}

function toPrice(nth: number) {
  return {
    sku: `SKU-${nth}`,
    list: 'retail',
    currency: 'EUR',
    amount: ((nth % 997) + 0.95).toFixed(2),
    from: '2026-01-01',
  };
}

function takeOrder(body: unknown): string {
  const { externalNumber } = body as { readonly externalNumber: string };
  written.orders.set(externalNumber, (written.orders.get(externalNumber) ?? 0) + 1);
  return JSON.stringify({ id: `id-${externalNumber}`, externalNumber });
}

function takePrices(body: unknown): string {
  const { items } = body as { readonly items: readonly { readonly sku: string }[] };
  for (const { sku } of items) written.prices.set(sku, (written.prices.get(sku) ?? 0) + 1);
  return JSON.stringify({ results: items.map(({ sku }) => ({ sku, status: 'ok' })) });
}

function effects() {
  const sum = (records: ReadonlyMap<string, number>) =>
    records.values().reduce((all, times) => all + times, 0);
  return {
    ...(firstWriteAt !== undefined && { firstWriteAt }),
    orders: { writes: sum(written.orders), records: written.orders.size },
    prices: { writes: sum(written.prices), records: written.prices.size },
  };
}
