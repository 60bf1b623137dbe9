import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { present } from '../../contract/present.ts';
import { hasId } from '../line/xrefs.ts';
import type { Database } from '../postgres/database.ts';

/**
 * Hashes a key, or a value that was erased. With a secret of the database: whoever has the hashes alone cannot try which
 * addresses they are of. Whoever has the whole database can, one by one.
 */
export async function loadEraseHash(db: Database): Promise<(text: string) => Buffer> {
  const { rows } = await sql<{ secret: Buffer }>`select secret from erase_secret`.execute(db);
  const { secret } = present(rows[0], 'the secret that erased keys are hashed with');
  return (text) => createHmac('sha256', secret).update(text).digest();
}

/** A key that something is known of at a target. */
export interface KeyPlace {
  readonly space: number;
  readonly key: string;
}

/** Where something is known of these keys, or of whatever has one of these texts for its id at the target. */
export async function findKnownPlaces(db: Database, texts: readonly string[]): Promise<readonly KeyPlace[]> {
  const { rows } = await sql<KeyPlace>`
    select space, key from unnest(${texts}::text[]) as wanted (text), key_spaces cross join lateral (
      (select space, key from known_records where space = key_spaces.id and known_records.key = wanted.text)
      union
      (select space, key from known_records
       where space = key_spaces.id and ${hasId(sql`wanted.text`)} offset 0)
    ) as known`.execute(db);
  return rows;
}

/** Where something is known of these keys of a flow: what it has delivered, and their ids. */
export async function findPlacesOfFlow(
  db: Database,
  flow: string,
  keys: readonly string[],
): Promise<readonly KeyPlace[]> {
  const { rows } = await sql<KeyPlace>`
    select space, key from known_records
    where key = any(${keys}::text[]) and space in (
      select id from key_spaces where flow = ${flow} or (entity, source, target) in (
        select entity, source, target from plans where plans.flow = ${flow}
      )
    )`.execute(db);
  return rows;
}

/** Nothing is known of them any more, but that something was: by their hashes. */
export async function eraseKnown(tx: Database, places: readonly KeyPlace[]): Promise<number> {
  if (places.length === 0) return 0;
  const hash = await loadEraseHash(tx);
  const spaces = places.map(({ space }) => space);
  await sql`
    insert into erased_keys (space, hash)
    select * from unnest(${spaces}::int[], ${places.map(({ key }) => hash(key))}::bytea[])
    on conflict do nothing`.execute(tx);
  const { rows } = await sql`
    delete from known_records using unnest(${spaces}::int[], ${places.map(({ key }) => key)}::text[]) as t (space, key)
    where known_records.space = t.space and known_records.key = t.key returning 1`.execute(tx);
  return rows.length;
}

/** Which of these keys were erased in one of these spaces. */
export async function findErasedKeys(
  db: Database,
  spaces: readonly number[],
  keys: readonly string[],
): Promise<readonly string[]> {
  if (keys.length === 0) return [];
  const hash = await loadEraseHash(db);
  const byHash = new Map(keys.map((key) => [hash(key).toString('hex'), key]));
  const { rows } = await sql<{ hash: string }>`
    select distinct encode(hash, 'hex') as hash from erased_keys
    where space = any(${spaces}::int[]) and hash = any(${keys.map(hash)}::bytea[])`.execute(db);
  return rows.flatMap((row) => byHash.get(row.hash) ?? []);
}
