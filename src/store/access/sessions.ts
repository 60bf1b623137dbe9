import { type RawBuilder, sql } from 'kysely';
import { present } from '../../contract/present.ts';
import type { Database } from '../postgres/database.ts';

export interface StoredSession {
  /** What it is listed and ended by; it lets nobody in. */
  readonly id: number;
  readonly userId: number;
  readonly userName: string;
  /** How its user came in. */
  readonly way: LoginWay;
  /** From where, and with which program, as it said so. */
  readonly address: string | undefined;
  readonly client: string | undefined;
  readonly createdAt: Date;
  /** To about a minute. */
  readonly seenAt: Date;
  /** However busy it is. */
  readonly expiresAt: Date;
}

export type LoginWay = 'password' | 'link' | 'oidc';

export type NewStoredSession = Pick<
  StoredSession,
  'userId' | 'way' | 'address' | 'client' | 'createdAt' | 'expiresAt'
> & {
  /** SHA-256 of what the browser holds. */
  readonly hash: Buffer;
};

export async function insertSession(tx: Database, session: NewStoredSession): Promise<number> {
  const { hash, userId, way, address = null, client = null, createdAt, expiresAt } = session;
  const { rows } = await sql<{ id: number }>`
    insert into sessions (hash, user_id, way, address, client, created_at, seen_at, expires_at)
    values (${hash}, ${userId}, ${way}, ${address}, ${client}, ${createdAt}, ${createdAt}, ${expiresAt})
    returning id`.execute(tx);
  return present(rows[0], 'the row of a new session').id;
}

/** A session with its user as they are now. */
export interface FoundSession extends StoredSession {
  /** As it is kept. */
  readonly grants: unknown;
  readonly isDisabled: boolean;
}

/** A session counts as over when it was seen last before `idleSince`, or `now` is not before its end. */
export interface SessionTimes {
  readonly now: Date;
  readonly idleSince: Date;
}

export async function findSession(
  db: Database,
  hash: Buffer,
  times: SessionTimes,
): Promise<FoundSession | undefined> {
  const { rows } = await sql<FoundRow>`
    select ${columns}, users.grants, users.disabled_at is not null as is_disabled ${joined}
    where hash = ${hash} and ${isLive(times)}`.execute(db);
  return rows[0] && { ...toSession(rows[0]), grants: rows[0].grants, isDisabled: rows[0].is_disabled };
}

/** Told about a minute late at the most. */
export async function noteSessionUse(db: Database, id: number, at: Date): Promise<void> {
  await sql`
    update sessions set seen_at = ${at}
    where id = ${id} and seen_at < ${at}::timestamptz - interval '1 minute'`.execute(db);
}

export interface SessionFilter {
  readonly id?: number;
  readonly hash?: Buffer;
  readonly userId?: number | undefined;
  /** Not this one. */
  readonly exceptId?: number | undefined;
}

/** Returns those that were ended. */
export async function deleteSessions(
  tx: Database,
  filter: SessionFilter,
): Promise<readonly Pick<StoredSession, 'id' | 'userId' | 'way'>[]> {
  const { rows } = await sql<Pick<StoredSession, 'id' | 'userId' | 'way'>>`
    delete from sessions where ${matching(filter)} returning id, user_id as "userId", way`.execute(tx);
  return rows;
}

/** What is over lets nobody in, and need not be kept. */
export async function deletePastSessions(db: Database, times: SessionTimes): Promise<void> {
  await sql`delete from sessions where not (${isLive(times)})`.execute(db);
}

export interface SessionRange extends SessionTimes {
  readonly filter: Pick<SessionFilter, 'id' | 'userId'>;
  /** Only those with a smaller id. */
  readonly before: number | undefined;
  readonly limit: number;
}

/** The newest first. */
export async function listStoredSessions(
  db: Database,
  { filter, before, limit, ...times }: SessionRange,
): Promise<readonly StoredSession[]> {
  const { rows } = await sql<SessionRow>`
    select ${columns} ${joined}
    where ${isLive(times)} and ${matching(filter)} and (${before ?? null}::bigint is null or sessions.id < ${before ?? null}::bigint)
    order by sessions.id desc limit ${limit}`.execute(db);
  return rows.map(toSession);
}

function matching({ id, hash, userId, exceptId }: SessionFilter): RawBuilder<unknown> {
  const parts: RawBuilder<unknown>[] = [sql`true`];
  if (id !== undefined) parts.push(sql`sessions.id = ${id}`);
  if (hash !== undefined) parts.push(sql`hash = ${hash}`);
  if (userId !== undefined) parts.push(sql`user_id = ${userId}`);
  if (exceptId !== undefined) parts.push(sql`sessions.id <> ${exceptId}`);
  return sql.join(parts, sql` and `);
}

function isLive({ now, idleSince }: SessionTimes): RawBuilder<boolean> {
  return sql`expires_at > ${now} and seen_at > ${idleSince}`;
}

const columns = sql`sessions.id, sessions.user_id, users.name, way, address, client, sessions.created_at, seen_at, expires_at`;
const joined = sql`from sessions join users on users.id = sessions.user_id`;

interface SessionRow {
  readonly id: number;
  readonly user_id: number;
  readonly name: string;
  readonly way: LoginWay;
  readonly address: string | null;
  readonly client: string | null;
  readonly created_at: Date;
  readonly seen_at: Date;
  readonly expires_at: Date;
}

interface FoundRow extends SessionRow {
  readonly grants: unknown;
  readonly is_disabled: boolean;
}

function toSession(row: SessionRow): StoredSession {
  return {
    id: row.id,
    userId: row.user_id,
    userName: row.name,
    way: row.way,
    address: row.address ?? undefined,
    client: row.client ?? undefined,
    createdAt: row.created_at,
    seenAt: row.seen_at,
    expiresAt: row.expires_at,
  };
}
