import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import { toJsonb } from '../postgres/storable.ts';

export interface StoredToken {
  /** The part of it that may be shown. */
  readonly id: string;
  readonly name: string;
  /** The user who has made it; absent: somebody at the command line has. */
  readonly userId: number | undefined;
  readonly madeBy: string;
  /** As it was kept: a list of roles over flows. */
  readonly grants: unknown;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** To about a minute. */
  readonly usedAt: Date | undefined;
  readonly revokedAt: Date | undefined;
}

export type NewStoredToken = Omit<StoredToken, 'usedAt' | 'revokedAt'> & {
  /** SHA-256 of the whole token. */
  readonly hash: Buffer;
};

export async function insertToken(tx: Database, token: NewStoredToken): Promise<void> {
  const { id, name, hash, userId = null, madeBy, grants, createdAt, expiresAt } = token;
  await sql`
    insert into api_tokens (id, name, hash, user_id, made_by, grants, created_at, expires_at)
    values (${id}, ${name}, ${hash}, ${userId}, ${madeBy}, ${toJsonb(grants)}::jsonb, ${createdAt}, ${expiresAt})
  `.execute(tx);
}

/** With whoever made it, as they are now. */
export interface FoundToken extends StoredToken {
  readonly hash: Buffer;
  /** Of its maker, where that is a user; `grants` as they are kept. */
  readonly maker: { readonly grants: unknown; readonly isDisabled: boolean } | undefined;
}

export async function findToken(db: Database, id: string): Promise<FoundToken | undefined> {
  const { rows } = await sql<FoundRow>`
    select api_tokens.*, users.grants as maker_grants, users.disabled_at is not null as is_disabled
    from api_tokens left join users on users.id = api_tokens.user_id where api_tokens.id = ${id}`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const maker = row.user_id === null ? undefined : { grants: row.maker_grants, isDisabled: row.is_disabled };
  return { ...toToken(row), hash: row.hash, maker };
}

/** Told about a minute late at the most: a token of a busy client would otherwise be written with each request. */
export async function noteTokenUse(db: Database, id: string, at: Date): Promise<void> {
  await sql`
    update api_tokens set used_at = ${at}
    where id = ${id} and (used_at is null or used_at < ${at}::timestamptz - interval '1 minute')`.execute(db);
}

/** Returns the token as it was; `undefined` where there is none. */
export async function revokeStoredToken(
  tx: Database,
  id: string,
  at: Date,
): Promise<StoredToken | undefined> {
  const { rows } = await sql<TokenRow>`select * from api_tokens where id = ${id} for update`.execute(tx);
  await sql`
    update api_tokens set revoked_at = ${at} where id = ${id} and revoked_at is null`.execute(tx);
  return rows[0] && toToken(rows[0]);
}

export interface TokenRange {
  /** Only those of this user; absent: all. */
  readonly userId: number | undefined;
  /** `usable`: neither revoked nor over. */
  readonly which: 'usable' | 'all';
  readonly now: Date;
  /** Only those that come after this one: made before it, or at the same time with a greater id. */
  readonly after: { readonly createdAt: Date; readonly id: string } | undefined;
  readonly limit: number;
}

/** The newest first. */
export async function listStoredTokens(
  db: Database,
  { userId, which, now, after, limit }: TokenRange,
): Promise<readonly StoredToken[]> {
  const conditions: RawBuilder<unknown>[] = [sql`true`];
  if (userId !== undefined) conditions.push(sql`user_id = ${userId}`);
  if (which === 'usable') conditions.push(sql`revoked_at is null and expires_at > ${now}`);
  // A cursor has milliseconds; so have the times, as they come from our own clock.
  if (after !== undefined)
    conditions.push(
      sql`(created_at < ${after.createdAt} or (created_at = ${after.createdAt} and id > ${after.id}))`,
    );
  const { rows } = await sql<TokenRow>`
    select * from api_tokens where ${sql.join(conditions, sql` and `)}
    order by created_at desc, id limit ${limit}`.execute(db);
  return rows.map(toToken);
}

interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly hash: Buffer;
  readonly user_id: number | null;
  readonly made_by: string;
  readonly grants: unknown;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly used_at: Date | null;
  readonly revoked_at: Date | null;
}

interface FoundRow extends TokenRow {
  readonly maker_grants: unknown;
  readonly is_disabled: boolean;
}

function toToken(row: TokenRow): StoredToken {
  return {
    id: row.id,
    name: row.name,
    userId: row.user_id ?? undefined,
    madeBy: row.made_by,
    grants: row.grants,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  };
}
