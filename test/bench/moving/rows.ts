import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../../src/store/postgres/database.ts';

/**
 * What an earlier version has delivered, by the number of a record: prices whose id is their key, orders with ids of
 * their own (some reserved, some shared with another), a second flow of the same scope, and customers that only have ids.
 */
export async function fillEarlierTables(db: Database, records: number): Promise<void> {
  const { prices, orders, states, customers } = partsOf(records);
  await sql`
    insert into plans (hash, flow, documents, target, entity, source, created_at) values
      ('1', 'orders', '', 'erp', 'order', 'shop', '2026-01-01Z'),
      ('2', 'order-states', '', 'erp', 'order', 'shop', '2026-01-02Z'),
      ('3', 'prices', '', 'erp', 'price', 'shop', '2026-01-03Z')`.execute(db);
  await sql`
    insert into deliveries (flow, key, fingerprint, version, run_id, delivered_at, measure)
    select 'prices', ${priceKey}, sha256(n::text::bytea), null, 1, ${at}, n from generate_series(1, ${prices}) as n
    union all
    select 'orders', ${orderKey}, sha256(n::text::bytea), ${version}, 1, ${at}, null
    from generate_series(1, ${orders}) as n
    union all
    select 'order-states', ${orderKey}, sha256('open'), null, 2, ${at}, null
    from generate_series(1, ${states}) as n`.execute(db);
  await sql`
    insert into xrefs (entity, source, target, key, target_id, run_id, reserved_at, confirmed_at, shared_as)
    select 'price', 'shop', 'erp', ${priceKey}, ${priceKey}, 1, ${at}, ${at}, ''
    from generate_series(1, ${prices}) as n
    union all
    select 'order', 'shop', 'erp', ${orderKey}, ${orderId}, 1, ${at}, case when ${isReserved} then null else ${at} end,
           case when ${isShared} then ${orderKey} else '' end
    from generate_series(1, ${orders}) as n
    union all
    select 'customer', 'shop', 'erp', ${customerKey}, md5(n::text), 1, ${at}, ${at}, ''
    from generate_series(1, ${customers}) as n`.execute(db);
  await sql`analyze deliveries, xrefs`.execute(db);
}

/** How many rows each space has, and a sum over all that they hold. */
export type Contents = readonly { readonly space: string; readonly rows: number; readonly sum: string }[];

/** What has to be there afterwards: said anew from the number of each record, not taken from what was moved. */
export async function expectedContents(db: Database, records: number): Promise<Contents> {
  const { prices, orders, states, customers } = partsOf(records);
  return await contentsOf(
    db,
    sql`
      select 'prices' as space, ${priceKey} as key, sha256(n::text::bytea) as full_print, null as version,
             n::text as measure, 1 as run_id, 'k' as link, null as target_id
      from generate_series(1, ${prices}) as n
      union all
      select 'orders', ${orderKey}, sha256(n::text::bytea), ${version}, null, 1,
             case when ${isReserved} then 'r' when ${isShared} then 's' else 'k' end, ${orderId}
      from generate_series(1, ${orders}) as n
      union all
      select 'order-states', ${orderKey}, sha256('open'), null, null, 2, null, null
      from generate_series(1, ${states}) as n
      union all
      select 'customer', ${customerKey}, null, null, null, 1, 'k', md5(n::text)
      from generate_series(1, ${customers}) as n`,
  );
}

export async function movedContents(db: Database): Promise<Contents> {
  return await contentsOf(
    db,
    sql`
      select coalesce(flow, entity) as space, key, fingerprint as full_print, version, measure, run_id,
             link::text as link, target_id
      from known_records join key_spaces on id = space where since = ${at}
      union all
      select 'anything else', key, null, null, null, null, null, null
      from known_records where since <> ${at} or space not in (select id from key_spaces)`,
  );
}

async function contentsOf(db: Database, rows: RawBuilder<unknown>): Promise<Contents> {
  const { rows: contents } = await sql<Contents[number]>`
    select space, count(*) as rows, sum(hashtextextended(jsonb_build_array(
      key, encode(substring(full_print for 16), 'hex'), version, measure, run_id, link, target_id
    )::text, 0))::text as sum
    from (${rows}) as t group by space order by space`.execute(db);
  return contents;
}

function partsOf(records: number) {
  const part = (share: number) => Math.round(records * share);
  return { prices: part(0.65), orders: part(0.3), states: part(0.05), customers: part(0.05) };
}

const at = sql`'2026-01-05T08:00Z'::timestamptz`;
const priceKey = sql`'SKU-' || n`;
const orderKey = sql`'SO-' || n`;
const customerKey = sql`'C-' || n`;
const version = sql`'2026-01-05T08:00:' || lpad((n % 60)::text, 2, '0') || 'Z'`;
const isReserved = sql`n % 1000 = 0`;
/** Has the id of the order before it. */
const isShared = sql`n % 1000 = 2`;
const orderId = sql`
  case when n % 1000 = 0 then null when n % 1000 = 2 then md5((n - 1)::text) else md5(n::text) end`;
