import { sql } from 'kysely';
import { present } from '../../contract/present.ts';
import type { Database } from '../postgres/database.ts';
import { spaceOfFlow } from './key-spaces.ts';

/** What the target was last given for a key. */
export interface Delivery {
  readonly key: string;
  /** 16 bytes of a SHA-256, hexadecimal: text costs far less memory than a buffer for each. Empty: not certain. */
  readonly fingerprint: string;
  readonly version: string | undefined;
  /** The number that `guards.maxChange` watches, a decimal text. */
  readonly measure: string | undefined;
  /** Id of the set of members that it had; `undefined`: they are not watched. */
  readonly members: number | undefined;
}

/** How many records a flow has delivered so far. */
export async function countDeliveries(db: Database, flow: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from known_records
    where space = ${spaceOfFlow(flow)} and fingerprint is not null`.execute(db);
  return present(rows[0], 'the row of a count').count;
}

/** What the target has of these is not known any more: whatever comes next is written. Their versions still order it. */
export async function doubtDeliveries(db: Database, flow: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await sql`
    update known_records set fingerprint = ''
    where space = ${spaceOfFlow(flow)} and key = any(${keys}::text[]) and fingerprint is not null`.execute(
    db,
  );
}

/** Numbers of what was delivered before anybody watched them; what has been delivered anew since is left alone. */
export async function addMeasures(
  db: Database,
  flow: string,
  deliveries: readonly Omit<Delivery, 'version' | 'members'>[],
): Promise<void> {
  if (deliveries.length === 0) return;
  await sql`
    update known_records set measure = t.measure
    from unnest(
      ${deliveries.map((d) => d.key)}::text[], ${deliveries.map((d) => d.fingerprint)}::text[],
      ${deliveries.map((d) => d.measure ?? null)}::text[]
    ) as t (key, fingerprint, measure)
    where space = ${spaceOfFlow(flow)} and known_records.key = t.key and known_records.measure is null
      and known_records.fingerprint = decode(t.fingerprint, 'hex')`.execute(db);
}
