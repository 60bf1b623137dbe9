import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A shop with orders and an ERP that takes them at its own pace, in one server. */
export interface ShopAndErp extends AsyncDisposable {
  readonly url: string;
  /** Numbers of the orders that the shop has. */
  readonly orders: string[];
  /** Numbers in the order in which the ERP took them; one that it took twice is there twice. */
  readonly taken: readonly string[];
  /** How long the ERP takes for one order. */
  paceMs: number;
}

export async function startShopAndErp(): Promise<ShopAndErp> {
  const taken: string[] = [];
  const orders: string[] = [];
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://shop');
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (pathname === '/orders') return answer(200, { value: orders.map((number) => ({ number })) });
    if (request.method === 'GET') {
      const at = taken.indexOf(searchParams.get('number') ?? '');
      return answer(200, { value: at < 0 ? [] : [{ id: `id-${at + 1}`, number: taken[at] }] });
    }
    const { number } = (await readJson(request)) as { readonly number: string };
    await new Promise((resolve) => setTimeout(resolve, self.paceMs));
    taken.push(number);
    answer(201, { id: `id-${taken.length}`, number });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const self: ShopAndErp = {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    orders,
    taken,
    paceMs: 0,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return JSON.parse(text);
}

export interface TestWorkspace extends AsyncDisposable {
  readonly dir: string;
}

/** A workspace whose only flow carries orders from the one to the other, every second. */
export async function createWorkspace(url: string): Promise<TestWorkspace> {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-start-'));
  for (const [path, text] of Object.entries(files(url))) {
    await mkdir(join(dir, path, '..'), { recursive: true });
    await writeFile(join(dir, path), text);
  }
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) };
}

const files = (url: string) => ({
  'config/tradelane.yaml': 'lease: 2s\n',
  'config/connections.yaml': `connections:
  shop:
    connector: http
    config: { baseUrl: "${url}" }
    resources:
      orders: { key: number, read: { path: /orders, records: value } }
  erp:
    connector: http
    config: { baseUrl: "${url}" }
    limits: { concurrency: 8 }
    settle: 2s
    resources:
      salesOrders:
        key: number
        find: { path: "/salesOrders?number={{key}}", records: value }
        create: { method: POST, path: /salesOrders, id: id }
`,
  'flows/orders-to-erp.yaml': `flow: orders-to-erp
trigger: { schedule: { cron: "* * * * * *" } }
source: { connection: shop, resource: orders }
target: { connection: erp, resource: salesOrders, write: create }
delivery: { batch: 4 }
`,
});
