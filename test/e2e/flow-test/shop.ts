import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { callCli } from '../../support/call-cli.ts';
import type { CliResult } from '../../support/cli.ts';

/** A workspace between two systems that count who asks them, with secrets that nobody has set. */
export interface Shop extends AsyncDisposable {
  readonly dir: string;
  /** Requests that reached either system. */
  requests(): number;
  write(path: string, text: string): Promise<void>;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CliResult>;
}

export async function createShop(files: Readonly<Record<string, string>> = {}): Promise<Shop> {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-flow-test-'));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  };
  const all = {
    'config/connections.yaml': connections(port),
    'flows/orders.yaml': flow,
    'flows/orders.test.yaml': tests,
  };
  for (const [path, text] of Object.entries({ ...all, ...files })) await write(path, text);
  return {
    dir,
    requests: () => requests,
    write,
    run: (args, env = {}) => callCli(args, { cwd: dir, env }),
    [Symbol.asyncDispose]: async () => {
      server.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const connections = (port: number) => `connections:
  shop:
    connector: http
    config: { baseUrl: "\${SHOP_URL:-http://127.0.0.1:${port}}", auth: { type: bearer, token: "\${SHOP_TOKEN}" } }
    resources:
      orders: { key: id, read: { path: /orders } }
  erp:
    connector: http
    config: { baseUrl: "http://127.0.0.1:${port}", auth: { type: bearer, token: "\${file:/run/secrets/erp}" } }
    resources:
      invoices:
        key: number
        find: { path: "/invoices/{{key}}" }
        create: { method: POST, path: /invoices, id: id }
        update: { method: PATCH, path: "/invoices/{{id}}" }
`;

export const flow = `flow: orders-to-erp
source: { connection: shop, resource: orders }
filter: state = "open"
map:
  number: id
  customer: $xref("customer", buyer)
  total: $money($total([lines.amount]), "EUR")
requires: { xref: [customer] }
target: { connection: erp, resource: invoices, write: upsert }
`;

export const tests = `flow: orders-to-erp
xref: { customer: { C-1: "8f3a" } }
cases:
  - case: an open order becomes an invoice
    record: { id: "4711", state: open, buyer: C-1, lines: [{ amount: "0.10" }, { amount: "0.20" }] }
    expect:
      payload: { number: "4711", customer: "8f3a", total: { amount: "0.30", currency: EUR } }
      key: "4711"
  - case: an order of a stranger waits
    record: { id: "4712", state: open, buyer: C-2, lines: [] }
    expect: { outcome: blocked, message: customer C-2 }
  - case: a closed order stays where it is
    record: { id: "4713", state: closed }
    expect: { outcome: filtered }
`;
