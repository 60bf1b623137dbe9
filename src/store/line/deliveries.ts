import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** What the target was last given for a key. */
export interface Delivery {
  readonly key: string;
  /** SHA-256, hexadecimal: text costs far less memory than a buffer for each. */
  readonly fingerprint: string;
  readonly version: string | undefined;
  /** The number that `guards.maxChange` watches, a decimal text. */
  readonly measure: string | undefined;
  /** Id of the set of members that it had; `undefined`: they are not watched. */
  readonly members: number | undefined;
}

/** In the order of the writes: of a key that was written more than once, the last counts. */
export async function upsertDeliveries(
  db: Database,
  at: { readonly flow: string; readonly runId: number },
  deliveries: readonly Delivery[],
): Promise<void> {
  if (deliveries.length === 0) return;
  await sql`
    insert into deliveries (flow, key, fingerprint, version, measure, members, run_id)
    select distinct on (key) ${at.flow}, key, decode(fingerprint, 'hex'), version, measure, members, ${at.runId}::bigint
    from unnest(
      ${deliveries.map((d) => d.key)}::text[], ${deliveries.map((d) => d.fingerprint)}::text[],
      ${deliveries.map((d) => d.version ?? null)}::text[], ${measuresOf(deliveries)}::text[],
      ${memberSetsOf(deliveries)}::integer[]
    ) with ordinality as t (key, fingerprint, version, measure, members, nth)
    order by key, nth desc
    on conflict (flow, key) do update
    set fingerprint = excluded.fingerprint, version = excluded.version, run_id = excluded.run_id, delivered_at = now(),
        measure = coalesce(excluded.measure, deliveries.measure), members = excluded.members
  `.execute(db);
}

/** How many records a flow has delivered so far. */
export async function countDeliveries(db: Database, flow: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from deliveries where flow = ${flow}`.execute(db);
  return rows[0]?.count ?? 0;
}

/** What the target has of these is not known any more: whatever comes next is written. Their versions still order it. */
export async function doubtDeliveries(db: Database, flow: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`
    update deliveries set fingerprint = '' where flow = ${flow} and key = any(${keys}::text[])`.execute(db);
}

/** Most flows watch no number: an array without members is filled up with nulls by `unnest`. */
export function measuresOf(
  deliveries: readonly { readonly measure: string | undefined }[],
): readonly (string | null)[] {
  return deliveries.every(({ measure }) => measure === undefined)
    ? []
    : deliveries.map(({ measure }) => measure ?? null);
}

/** The same for sets of members. */
export function memberSetsOf(
  deliveries: readonly { readonly members: number | undefined }[],
): readonly (number | null)[] {
  return deliveries.every(({ members }) => members === undefined)
    ? []
    : deliveries.map(({ members }) => members ?? null);
}

/** Numbers of what was delivered before anybody watched them; what has been delivered anew since is left alone. */
export async function addMeasures(
  db: Database,
  flow: string,
  deliveries: readonly Omit<Delivery, 'version' | 'members'>[],
): Promise<void> {
  if (deliveries.length === 0) return;
  await sql`
    update deliveries set measure = t.measure
    from unnest(
      ${deliveries.map((d) => d.key)}::text[], ${deliveries.map((d) => d.fingerprint)}::text[],
      ${measuresOf(deliveries)}::text[]
    ) as t (key, fingerprint, measure)
    where deliveries.flow = ${flow} and deliveries.key = t.key and deliveries.measure is null
      and deliveries.fingerprint = decode(t.fingerprint, 'hex')`.execute(db);
}
