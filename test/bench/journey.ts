import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { findJourney } from '../../src/app/journey/find-journey.ts';
import type { OpenDatabase } from '../../src/app/open/open-database.ts';
import { present } from '../../src/contract/present.ts';
import { tidyHistory } from '../../src/engine/history/tidy-history.ts';
import { toBlocks } from '../../src/engine/history/to-history.ts';
import { keepBlocks } from '../../src/store/history/keep-blocks.ts';
import type { StagedRecord } from '../../src/store/line/batches.ts';
import { type Database, openDatabase } from '../../src/store/postgres/database.ts';
import { migrate } from '../../src/store/postgres/migrate.ts';
import { insertPlan } from '../../src/store/runs/plans.ts';
import { insertRun } from '../../src/store/runs/runs.ts';
import { loadWorkspace } from '../../src/workspace/load/load-workspace.ts';
import { type Stores, startStores } from './stores.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * `npm run bench -- --only journey --records 10000000`: how long it takes to find a record and to tell its way, over so
 * many records of history: prices of articles again and again, and an order in ten. One order and its customer are at the
 * beginning, in the middle and at the end.
 */
export async function benchJourney(records: number): Promise<void> {
  const stores = await startStores();
  const place = await stores.createDatabase();
  const db = await openDatabase(place.url, { connections: 10 });
  try {
    await migrate(db);
    await fill(db, records);
    console.log(await sizes(db));
    const workspace = await loadWorkspace(root, { env: {}, builtinDir: root });
    const open: OpenDatabase = {
      db,
      clock: { now: () => Date.now() },
      findWorkspace: async () => workspace,
      requireWorkspace: async () => workspace,
      parseDocuments: () => Promise.reject(new Error('nothing is worked out again')),
    };
    for (const [what, text] of wanted) await measure(open, { what, text, postgres: stores.processes });
  } finally {
    await db.destroy();
    await place.drop();
    await stores.close();
  }
}

const wanted = [
  ['number of an order', 'SO-4711'],
  ['e-mail address', 'anna.schmidt@example.com'],
  ['number of a customer', 'C-4711'],
  ['id at the target', 'erp-customer-4711'],
  ['article with many prices', 'TL-1717'],
  ['word in five of a hundred', 'Berlin'],
  ['nothing', 'SO-none'],
] as const;

const turns = 15;

interface Wanted {
  readonly what: string;
  readonly text: string;
  readonly postgres: Stores['processes'];
}

/** Wall time, which other work on the machine lengthens, and what it took of the processors, which that does not. */
async function measure(open: OpenDatabase, { what, text, postgres }: Wanted): Promise<void> {
  const times: number[] = [];
  let told = '';
  const [ownBefore, theirsBefore] = [process.cpuUsage(), postgres.cpuSeconds()];
  for (let turn = 0; turn < turns; turn++) {
    const began = performance.now();
    const { journey, candidates, history } = await findJourney(open, { text });
    times.push(performance.now() - began);
    const steps = journey?.records.reduce((sum, each) => sum + each.steps.length, 0) ?? 0;
    told = `${journey?.records.length ?? 0} records, ${steps} steps, ${candidates.length} others${history.cutAt ? ', cut' : ''}`;
  }
  const own = process.cpuUsage(ownBefore);
  const cpu = ((own.user + own.system) / 1e3 + (postgres.cpuSeconds() - theirsBefore) * 1e3) / turns;
  const sorted = times.toSorted((a, b) => a - b);
  const at = (nth: number) => present(sorted[nth], 'a time').toFixed(0);
  console.log(
    `${what}\tCPU ${cpu.toFixed(1)} ms\tmedian ${at(turns >> 1)} ms\tworst ${at(turns - 1)} ms\tfirst ${times[0]?.toFixed(0)} ms\t${told}`,
  );
}

async function sizes(db: Database): Promise<string> {
  const { rows } = await sql<{ blocks: number; records: number; history: string; terms: string }>`
    select count(*) as blocks, sum(records) as records,
           pg_size_pretty(sum(octet_length(payload) + octet_length(ends))) as history,
           (select pg_size_pretty(sum(octet_length(entries))) from history_terms) as terms
    from history`.execute(db);
  const { blocks, records, history, terms } = present(rows[0], 'the size of history');
  return `${records} records in ${blocks} blocks: ${history}, segments ${terms}`;
}

const blockSize = 500;

async function fill(db: Database, records: number): Promise<void> {
  const runs = new Map<string, number>();
  for (const flow of ['prices-to-commerce', 'orders-to-erp', 'customers-to-erp', 'customers-to-crm']) {
    runs.set(flow, await beginRun(db, flow));
  }
  const keep = async (flow: string, some: readonly StagedRecord[], idOf: (key: string) => string) => {
    const runId = present(runs.get(flow), 'a run');
    const end = (key: string) =>
      ({
        outcome: 'delivered',
        did: 'update',
        targetId: idOf(key),
        fingerprint: '0123456789abcdef',
      }) as const;
    await keepBlocks(db, flow, toBlocks(some.map((record) => ({ runId, record, end: end(record.key) }))));
  };
  const blocks = Math.ceil(records / blockSize);
  const own = new Set([0, blocks >> 1, blocks - 1].map((nth) => nth - (nth % 10)));
  const never = new AbortController().signal;
  for (let nth = 0; nth < blocks; nth++) {
    const isOwn = own.has(nth);
    if (isOwn) {
      for (const flow of ['customers-to-erp', 'customers-to-crm']) {
        const prefix = flow.slice(-3);
        await keep(flow, [customer(4711, prefix)], () => `${prefix}-customer-4711`);
      }
    }
    const from = nth * blockSize;
    const some = Array.from({ length: blockSize }, (_, at) =>
      nth % 10 === 0 ? order(from + at, isOwn && at === 7) : price(from + at),
    );
    await keep(nth % 10 === 0 ? 'orders-to-erp' : 'prices-to-commerce', some, (key) => `id-${key}`);
    if (nth % 200 === 199) await tidyHistory(db, { maxAgeMs: 1e12, maxBytes: 1e13 }, never);
  }
  await tidyHistory(db, { maxAgeMs: 1e12, maxBytes: 1e13 }, never);
  await sql`analyze`.execute(db);
}

async function beginRun(db: Database, flow: string): Promise<number> {
  const [, target = ''] = flow.split('-to-');
  const scope = { entity: flow.startsWith('customers') ? 'customer' : 'order', source: 'commerce', target };
  await insertPlan(db, { hash: flow, flow, resource: 'x', scope, documents: [], history: 'changes' });
  return await insertRun(db, { flow, planHash: flow, trigger: 'manual', options: {} });
}

function price(nth: number): StagedRecord {
  const key = `TL-${1_000 + (nth % 50_000)}`;
  return {
    key,
    version: String(nth),
    native: {
      number: key,
      unitPrice: (Math.imul(nth, 0x9e3779b1) >>> 12) / 100,
      currency: 'EUR',
      blocked: false,
      changedAt: new Date(1.7e12 + nth * 1e3).toISOString(),
    },
  };
}

function order(nth: number, isWanted: boolean): StagedRecord {
  const key = isWanted ? 'SO-4711' : `SO-${1_000_000 + nth}`;
  const of = nth % 100_000;
  const native = {
    ID: key,
    FromUser: { ID: `C-${of}`, Email: `customer.${of}@example.com`, LastName: `Name ${of}` },
    Address: {
      City: nth % 2 === 0 ? 'Berlin' : 'Hamburg',
      Zip: String(10_000 + (nth % 9_000)),
      Country: 'DE',
    },
    Total: (Math.imul(nth, 0x85ebca6b) >>> 10) / 100,
    DateCreated: new Date(1.7e12 + nth * 1e3).toISOString(),
    LineItems: [1, 2, 3].map((line) => ({
      ProductID: `TL-${1_000 + ((nth * line) % 50_000)}`,
      Quantity: line,
      UnitPrice: 12.5,
    })),
  };
  return { key, version: native.DateCreated, native };
}

function customer(number: number, flow: string): StagedRecord {
  const Email = 'anna.schmidt@example.com';
  const native = {
    ID: `C-${number}`,
    Username: `C-${number}`,
    Email,
    FirstName: 'Anna',
    LastName: 'Schmidt',
  };
  return { key: flow === 'crm' ? Email : native.ID, native };
}
