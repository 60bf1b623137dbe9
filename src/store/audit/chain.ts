import { sql } from 'kysely';
import { present } from '../../contract/present.ts';
import type { Database } from '../postgres/database.ts';

/** The end of the chain: how many entries there are, and the hash of the last. */
export interface ChainHead {
  readonly position: number;
  /** In hex; empty where there is no entry yet. */
  readonly hash: string;
}

/** What the database has noted as the end of the chain; `undefined` where that note is gone. */
export async function loadChainHead(db: Database): Promise<ChainHead | undefined> {
  const { rows } = await sql<ChainHead>`
    select position, encode(hash, 'hex') as hash from audit_head`.execute(db);
  return rows[0];
}

/** A link of the chain with its entry, as bytes that are hashed. */
export interface ChainLink {
  readonly position: number;
  readonly hash: Buffer;
  /** Absent: the entry is not there. */
  readonly entry?: LinkedEntry;
}

export interface LinkedEntry {
  readonly id: number;
  /** What the hash is over, beside the hash before. */
  readonly said: Buffer;
  /** What is hashed with the salt into the digest; without a salt, something of it was erased. */
  readonly secret: Buffer;
  readonly salt: Buffer | null;
  readonly digest: Buffer;
  /** Of an erasure: what it has left of other entries. */
  readonly redacted?: Readonly<Record<string, string>>;
}

/** In the order of the chain, those behind a position. */
export async function loadLinks(db: Database, after: number, limit: number): Promise<readonly ChainLink[]> {
  const { rows } = await sql<LinkRow>`
    select position, hash, id, audit_public(position, audit_entries) as said, audit_private(about, reason) as secret,
      salt, digest, case when deed = 'erase' then about->'redacted' end as redacted
    from audit_chain left join audit_entries on id = entry_id
    where position > ${after} order by position limit ${limit}`.execute(db);
  return rows.map(({ position, hash, id, said, secret, salt, digest, redacted }) =>
    id === null
      ? { position, hash }
      : { position, hash, entry: { id, said, secret, salt, digest, ...(redacted && { redacted }) } },
  );
}

interface LinkRow {
  readonly position: number;
  readonly hash: Buffer;
  readonly id: number | null;
  readonly said: Buffer;
  readonly secret: Buffer;
  readonly salt: Buffer | null;
  readonly digest: Buffer;
  readonly redacted: Readonly<Record<string, string>> | null;
}

/** How many entries have no place in the chain: somebody has written past what puts them there. */
export async function findUnchained(
  db: Database,
): Promise<{ readonly count: number; readonly first: number | null }> {
  const { rows } = await sql<{ count: number; first: number | null }>`
    select count(*) as count, min(id) as first from audit_entries
    where not exists (select 1 from audit_chain where entry_id = id)`.execute(db);
  return present(rows[0], 'the count of unchained entries');
}
