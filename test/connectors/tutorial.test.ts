import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compileManifest } from '../../src/connect/compile-manifest.ts';
import type { OpenConnection, Page, Resource } from '../../src/contract/connector.ts';
import { isJsonObject, type JsonObject } from '../../src/contract/json.ts';

/** What stands in docs/tutorial-connector.md, run against a server that behaves as the page says. */
const page = readFileSync(new URL('../../docs/tutorial-connector.md', import.meta.url), 'utf8');
const blocks = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map((match): unknown => parse(match[1] ?? ''));
const whole = blocks.at(-1);

const signal = new AbortController().signal;
const token = 'larder-token';

interface LarderCustomer {
  readonly id: number;
  readonly ref: string;
  readonly title?: string;
  readonly mail?: string;
  readonly changed: string;
}

let shelf: LarderCustomer[];
let larder: Server;
let connection: OpenConnection;
let customers: Required<Resource>;

beforeEach(async () => {
  shelf = Array.from({ length: 120 }, (_, index) => createCustomer(index + 1));
  larder = createServer(async (request, response) => {
    const { status, body } = await answer(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => larder.listen(0, '127.0.0.1', resolve));
  const { port } = larder.address() as AddressInfo;
  connection = open(`http://127.0.0.1:${port}/api`, token);
  customers = connection.resources.customers as Required<Resource>;
});

afterEach(async () => {
  await connection.close();
  await new Promise((resolve) => larder.close(resolve));
});

it('shows at the end what the steps add up to', () => {
  expect(blocks.length).toBeGreaterThan(7);
  expect(blocks.slice(0, -1).reduce(merge)).toEqual(whole);
});

it('reads all pages', async () => {
  const pages = await read();
  expect(pages.map(({ records }) => records.length)).toEqual([50, 50, 20]);
  expect(pages.at(-1)?.cursor).toBe('2026-01-05T10:00:00.000Z');
});

it('reads only what changed', async () => {
  const pages = await read('2026-01-05T09:58:00.000Z');
  const refs = pages.flatMap(({ records }) =>
    records.map((each) => 'record' in each && customers.keyOf(each.record)),
  );
  expect(refs).toEqual(['C118', 'C119', 'C120']);
});

it('finds by key', async () => {
  const [found, missing] = await customers.find(['C7', 'C999'], signal);
  expect(found).toMatchObject({ id: '7', record: { ref: 'C7' } });
  expect(missing).toBeUndefined();
});

it('creates and updates from the canonical customer', async () => {
  const payload = await customers.entity.to?.({
    number: 'N1',
    name: 'Nordlicht',
    email: 'office@example.com',
  });
  expect(payload).toEqual({ ref: 'N1', title: 'Nordlicht', mail: 'office@example.com' });
  const item = { key: 'N1', payload, idempotencyKey: 'x' };
  expect(await customers.create([item], signal)).toEqual([{ ok: true, id: '121' }]);
  const changed = { ...item, id: '121', payload: { ref: 'N1', title: 'Nordlicht Handel' } };
  expect(await customers.update([changed], signal)).toMatchObject([{ ok: true }]);
  const [found] = await customers.find(['N1'], signal);
  expect(await customers.entity.from?.(found?.record)).toMatchObject({
    number: 'N1',
    name: 'Nordlicht Handel',
  });
});

it("tells a taken reference by its code and in Larder's words", async () => {
  const [result] = await customers.create(
    [{ key: 'C1', payload: { ref: 'C1' }, idempotencyKey: 'x' }],
    signal,
  );
  expect(result).toMatchObject({
    ok: false,
    fault: {
      code: 'TL_TARGET_DUPLICATE',
      answer: { status: 422, code: 'ref_taken', message: 'C1 is taken' },
    },
  });
});

it('says that a token is wrong', async () => {
  const { port } = larder.address() as AddressInfo;
  const stranger = open(`http://127.0.0.1:${port}/api`, 'wrong');
  await expect(stranger.resources.customers?.find?.(['C1'], signal)).rejects.toMatchObject({
    code: 'TL_AUTH_REFUSED',
  });
  await stranger.close();
});

function open(baseUrl: string, accessToken: string): OpenConnection {
  const settings = {
    name: 'pantry',
    config: { baseUrl, token: accessToken },
    resources: {},
    limits: { requestsPerSecond: 1000 },
    workspaceDir: '.',
  };
  const log = { debug: () => undefined, warn: () => undefined };
  const clock = { now: () => Date.UTC(2026, 0, 6) };
  return compileManifest(whole, { placeOf: () => undefined }).open(settings, { clock, log });
}

async function read(cursor?: string): Promise<readonly Page[]> {
  const pages: Page[] = [];
  for await (const each of customers.read({ where: {}, signal, ...(cursor === undefined ? {} : { cursor }) }))
    pages.push(each);
  return pages;
}

function merge(left: unknown, right: unknown): unknown {
  if (!isJsonObject(left) || !isJsonObject(right)) return right;
  const merged: Record<string, unknown> = { ...left };
  for (const [name, value] of Object.entries(right))
    merged[name] = name in left ? merge(left[name], value) : value;
  return merged;
}

/** Customer 1 changed at 08:01, customer 120 at 10:00. */
function createCustomer(id: number): LarderCustomer {
  const changed = new Date(Date.UTC(2026, 0, 5, 8, id)).toISOString();
  return { id, ref: `C${id}`, title: `Customer ${id}`, changed };
}

async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  const url = new URL(request.url ?? '/', 'http://larder');
  if (request.headers.authorization !== `Bearer ${token}`)
    return { status: 401, body: { error: { code: 'no_entry', text: 'unknown token' } } };
  if (request.method === 'GET') return { status: 200, body: list(url.searchParams) };
  const sent = await readBody(request);
  if (request.method === 'POST') return create(sent);
  const id = Number(url.pathname.split('/').at(-1));
  shelf = shelf.map((customer) => (customer.id === id ? { ...customer, ...sent, id } : customer));
  return { status: 200, body: { customer: shelf.find((customer) => customer.id === id) } };
}

function list(query: URLSearchParams): unknown {
  const size = Number(query.get('per_page') ?? 10);
  const page = Number(query.get('page') ?? 1);
  const ref = query.get('ref');
  const since = query.get('changed_since') ?? '';
  const fitting = shelf.filter(
    (customer) => (ref === null || customer.ref === ref) && customer.changed >= since,
  );
  return {
    customers: fitting.slice((page - 1) * size, page * size),
    pages: Math.ceil(fitting.length / size),
  };
}

function create(sent: JsonObject): { status: number; body: unknown } {
  const ref = String(sent.ref);
  if (shelf.some((customer) => customer.ref === ref))
    return { status: 422, body: { error: { code: 'ref_taken', text: `${ref} is taken` } } };
  const customer = { ...createCustomer(shelf.length + 1), ...sent };
  shelf.push(customer);
  return { status: 201, body: { customer } };
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const body: unknown = JSON.parse(text);
  return isJsonObject(body) ? body : {};
}
