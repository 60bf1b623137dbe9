import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { termOf } from '../../../src/contract/text/search-terms.ts';
import { startEmbeddedPostgres } from '../../../src/store/embedded/embedded-postgres.ts';
import { removePostgres } from '../../../src/store/embedded/postgres-place.ts';
import { findBlocks } from '../../../src/store/history/find-blocks.ts';
import { loadMatching } from '../../../src/store/history/load-blocks.ts';
import { type Database, openDatabase } from '../../../src/store/postgres/database.ts';
import { migrate } from '../../../src/store/postgres/migrate.ts';
import { fillHistory } from './fill-history.ts';
import { articles, customers, emailOf, orderNumber, skuOf, targetIdOf } from './records.ts';

/**
 * `node test/bench/history/find-in-history.ts [RECORDS]`: fills history with so many records (a million), and looks some
 * up by texts that few of them have, that many have, and that none has. Prints what a table of docs/performance.md needs.
 */
const records = Number(process.argv[2] ?? 1_000_000);
const dir = await mkdtemp(join(tmpdir(), 'tradelane-history-'));
const place = join(dir, 'postgres');
const postgres = await startEmbeddedPostgres(place);
const db = await openDatabase(postgres.url, { connections: 4 });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
try {
  await migrate(db);
  const orders = await fill();
  await printSizes(db);
  const numbers = Array.from({ length: 60 }, (_none, nth) => Math.imul(nth + 1, 0x9e3779b1) >>> 0);
  const texts = {
    'number of an order': numbers.map((number) => orderNumber(1 + (number % orders))),
    'id at the target': numbers.map((number) => targetIdOf(1 + (number % orders))),
    "customer's e-mail": numbers.map((number) => emailOf(number % customers)),
    'SKU of a line': numbers.map((number) => skuOf(number % articles)),
    'in every record': numbers.map(() => 'EUR'),
    'in none': numbers.map((number) => `nobody-${number}`),
  };
  for (const [what, some] of Object.entries(texts)) console.log(what, await lookUp(some));
} finally {
  await db.destroy();
  await postgres.close();
  await removePostgres(place);
  await rm(dir, { recursive: true, force: true });
}
process.exit(0);

async function fill(): Promise<number> {
  const startedAt = performance.now();
  const spent = { segments: 0, cpuSeconds: 0 };
  const orders = await fillHistory(db, {
    ...{ records, orders: 'orders-to-erp', prices: 'prices-to-erp', runId: 1 },
    onTidied: ({ segments }, cpuSeconds) => {
      spent.segments += segments;
      spent.cpuSeconds += cpuSeconds;
    },
  });
  console.log('filled in s:', Math.round((performance.now() - startedAt) / 1000), spent);
  return orders;
}

async function printSizes(database: Database): Promise<void> {
  const { rows } = await sql`
    select (select sum(records) from history) as records, (select count(*) from history) as blocks,
           (select count(*) from history_parts) as parts, (select count(distinct (part, segment)) from history_terms) as segments,
           (select sum(octet_length(entries)) from history_terms) / 1e6 as entries_mb,
           (select sum(octet_length(terms)) from history) / 4 as fresh_terms,
           (select sum(octet_length(payload)) from history) / 1e6 as payload_mb,
           (select sum(octet_length(ends)) from history) / 1e6 as ends_mb,
           (select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'history'::regclass) / 1e6
             as history_mb,
           (select sum(pg_total_relation_size(inhrelid)) from pg_inherits where inhparent = 'history_terms'::regclass) / 1e6
             as terms_mb`.execute(database);
  console.log(rows[0]);
}

/** Milliseconds: to know the newest 20 blocks, and to have taken the records out of them. */
async function lookUp(texts: readonly string[]) {
  const [toFind, toLoad, found]: [number[], number[], number[]] = [[], [], []];
  for (const text of texts) {
    const startedAt = performance.now();
    const refs = await findBlocks(db, { terms: [termOf(text) ?? 0], limit: 20 });
    const foundAt = performance.now();
    const blocks = await loadMatching(db, refs, { text });
    toFind.push(foundAt - startedAt);
    toLoad.push(performance.now() - foundAt);
    found.push(blocks.reduce((sum, block) => sum + block.records.length, 0));
  }
  return { find: spread(toFind), load: spread(toLoad), records: spread(found) };
}

function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  return `${at(0.5)} (${at(0)} to ${at(1)}, 95 % ${at(0.95)})`;
}
