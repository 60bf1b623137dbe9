import { sql } from 'kysely';
import type { Database } from './database.ts';

/** What the target was last given for a key. */
export interface Delivery {
  readonly key: string;
  /** SHA-256, hexadecimal: text costs far less memory than a buffer for each. */
  readonly fingerprint: string;
  readonly version: string | undefined;
}

/** In the order of the writes: of a key that was written more than once, the last counts. */
export async function upsertDeliveries(
  db: Database,
  at: { readonly flow: string; readonly runId: number },
  deliveries: readonly Delivery[],
): Promise<void> {
  if (deliveries.length === 0) return;
  await sql`
    insert into deliveries (flow, key, fingerprint, version, run_id)
    select distinct on (key) ${at.flow}, key, decode(fingerprint, 'hex'), version, ${at.runId}::bigint
    from unnest(
      ${deliveries.map((d) => d.key)}::text[], ${deliveries.map((d) => d.fingerprint)}::text[],
      ${deliveries.map((d) => d.version ?? null)}::text[]
    ) with ordinality as t (key, fingerprint, version, nth)
    order by key, nth desc
    on conflict (flow, key) do update
    set fingerprint = excluded.fingerprint, version = excluded.version, run_id = excluded.run_id, delivered_at = now()
  `.execute(db);
}

export async function deleteDeliveries(db: Database, flow: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`delete from deliveries where flow = ${flow} and key = any(${keys}::text[])`.execute(db);
}
