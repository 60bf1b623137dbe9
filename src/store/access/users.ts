import { sql } from 'kysely';
import { present } from '../../contract/present.ts';
import type { Database } from '../postgres/database.ts';
import { toJsonb } from '../postgres/storable.ts';

/** Somebody who may come in. */
export interface StoredUser {
  readonly id: number;
  readonly name: string;
  readonly email: string | undefined;
  /** A hash with its parameters; absent: no password lets them in. */
  readonly password: string | undefined;
  /** Who an identity provider says they are; absent: they are known here only. */
  readonly identity: ProviderIdentity | undefined;
  /** As it was kept: a list of roles over flows. */
  readonly grants: unknown;
  readonly disabledAt: Date | undefined;
  readonly createdAt: Date;
  readonly loggedInAt: Date | undefined;
}

export interface ProviderIdentity {
  readonly issuer: string;
  readonly subject: string;
}

export interface NewStoredUser {
  readonly name: string;
  /** The name as names are compared: no two users have the same. */
  readonly known: string;
  readonly email: string | undefined;
  readonly password?: string | undefined;
  readonly identity?: ProviderIdentity;
  readonly grants: unknown;
  readonly at: Date;
}

/** Returns `undefined` where somebody has that name, or is that identity, already. */
export async function insertUser(tx: Database, user: NewStoredUser): Promise<StoredUser | undefined> {
  const { name, known, email = null, password = null, identity, grants, at } = user;
  const { rows } = await sql<UserRow>`
    insert into users (name, known, email, password, issuer, subject, grants, created_at)
    values (${name}, ${known}, ${email}, ${password}, ${identity?.issuer ?? null}, ${identity?.subject ?? null},
            ${toJsonb(grants)}::jsonb, ${at})
    on conflict do nothing returning *`.execute(tx);
  return rows[0] && toUser(rows[0]);
}

/** @param known - the name as names are compared */
export async function findUser(db: Database, known: string): Promise<StoredUser | undefined> {
  const { rows } = await sql<UserRow>`select * from users where known = ${known}`.execute(db);
  return rows[0] && toUser(rows[0]);
}

export async function loadUser(db: Database, id: number): Promise<StoredUser> {
  const { rows } = await sql<UserRow>`select * from users where id = ${id}`.execute(db);
  return toUser(present(rows[0], `the user ${id}`));
}

export async function findIdentity(
  db: Database,
  { issuer, subject }: ProviderIdentity,
): Promise<StoredUser | undefined> {
  const { rows } = await sql<UserRow>`
    select * from users where issuer = ${issuer} and subject = ${subject}`.execute(db);
  return rows[0] && toUser(rows[0]);
}

export interface UserRange {
  /** Only those whose name, as names are compared, comes after this one. */
  readonly after: string | undefined;
  readonly limit: number;
}

export async function listStoredUsers(
  db: Database,
  { after, limit }: UserRange,
): Promise<readonly StoredUser[]> {
  const { rows } = await sql<UserRow>`
    select * from users where ${after ?? null}::text is null or known > ${after ?? null}
    order by known limit ${limit}`.execute(db);
  return rows.map(toUser);
}

/** Somebody with this grant, where nobody has ever logged in. */
export async function findUnusedWith(db: Database, grant: unknown): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`
    select name from users where disabled_at is null and grants @> ${toJsonb([grant])}::jsonb
      and not exists (select from users where logged_in_at is not null)
    order by id limit 1`.execute(db);
  return rows[0]?.name;
}

export async function hasUsers(db: Database): Promise<boolean> {
  const { rows } = await sql`select 1 from users limit 1`.execute(db);
  return rows.length > 0;
}

/** Nobody else changes users until the transaction is over: who is the last of a kind can be counted. */
export async function lockUsers(tx: Database): Promise<void> {
  await sql`lock table users in share row exclusive mode`.execute(tx);
}

/** Users that have this grant and are not disabled, but for one. */
export async function countOthersWith(tx: Database, id: number, grant: unknown): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from users
    where id <> ${id} and disabled_at is null and grants @> ${toJsonb([grant])}::jsonb`.execute(tx);
  return present(rows[0], 'a count').count;
}

export interface UserChange {
  readonly email?: string | undefined;
  readonly password?: string;
  readonly grants?: unknown;
  /** `null`: not disabled any more. */
  readonly disabledAt?: Date | null;
  readonly loggedInAt?: Date;
}

/** What is left out stays. */
export async function updateUser(tx: Database, id: number, change: UserChange): Promise<void> {
  const { email, password, grants, disabledAt, loggedInAt } = change;
  const changes = [
    ...('email' in change ? [sql`email = ${email ?? null}`] : []),
    ...(password === undefined ? [] : [sql`password = ${password}`]),
    ...(grants === undefined ? [] : [sql`grants = ${toJsonb(grants)}::jsonb`]),
    ...(disabledAt === undefined ? [] : [sql`disabled_at = ${disabledAt}`]),
    ...(loggedInAt === undefined ? [] : [sql`logged_in_at = ${loggedInAt}`]),
  ];
  if (changes.length === 0) return;
  await sql`update users set ${sql.join(changes)} where id = ${id}`.execute(tx);
}

interface UserRow {
  readonly id: number;
  readonly name: string;
  readonly email: string | null;
  readonly password: string | null;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly grants: unknown;
  readonly disabled_at: Date | null;
  readonly created_at: Date;
  readonly logged_in_at: Date | null;
}

function toUser({ id, name, email, password, issuer, subject, grants, ...row }: UserRow): StoredUser {
  return {
    id,
    name,
    email: email ?? undefined,
    password: password ?? undefined,
    identity: issuer === null || subject === null ? undefined : { issuer, subject },
    grants,
    disabledAt: row.disabled_at ?? undefined,
    createdAt: row.created_at,
    loggedInAt: row.logged_in_at ?? undefined,
  };
}
