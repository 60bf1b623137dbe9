import { sql } from 'kysely';
import { sealText } from '../crypto/sealable.ts';
import type { Database } from '../postgres/database.ts';

/** What is asked with a key, and by whom: the same key of another caller is another one. */
export interface KeyedRequest {
  readonly caller: string;
  readonly key: string;
  readonly endpoint: string;
  /** Hash of what was given. */
  readonly asked: Uint8Array;
}

export interface KeptAnswer {
  readonly endpoint: string;
  readonly asked: Uint8Array;
  /** Absent: under way, or nobody knows how it ended. */
  readonly status: number | undefined;
  readonly body: string | undefined;
}

/** Reserves a key for what is to be done now; returns what it had been taken for, if it was. */
export async function reserveKey(
  db: Database,
  { caller, key, endpoint, asked }: KeyedRequest,
): Promise<KeptAnswer | undefined> {
  // Those of the day before are gone, a few with each new one.
  await sql`
    delete from idempotency_keys where (caller, key) in (
      select caller, key from idempotency_keys where began_at < now() - interval '1 day'
      order by began_at limit 100 for update skip locked)`.execute(db);
  const { rows } = await sql<Reserved>`
    with taken as (
      insert into idempotency_keys (caller, key, endpoint, asked) values (${caller}, ${key}, ${endpoint}, ${asked})
      on conflict do nothing returning 1
    )
    select exists (select from taken) as is_new, before.endpoint, before.asked, before.status, before.body
    from (select 1) as one
    left join idempotency_keys as before on before.caller = ${caller} and before.key = ${key}`.execute(db);
  const [row] = rows;
  if (row === undefined || row.is_new) return undefined;
  // Taken and given up by another process between the two looks of one statement: as if it were under way.
  if (row.endpoint === null || row.asked === null)
    return { endpoint, asked, status: undefined, body: undefined };
  return {
    endpoint: row.endpoint,
    asked: row.asked,
    status: row.status ?? undefined,
    body: row.body ?? undefined,
  };
}

interface Reserved {
  readonly is_new: boolean;
  readonly endpoint: string | null;
  readonly asked: Buffer | null;
  readonly status: number | null;
  readonly body: string | null;
}

export async function keepAnswer(
  db: Database,
  { caller, key }: Pick<KeyedRequest, 'caller' | 'key'>,
  { status, body }: { readonly status: number; readonly body: string | undefined },
): Promise<void> {
  await sql`
    update idempotency_keys set status = ${status}, body = ${body === undefined ? null : sealText(body)}
    where caller = ${caller} and key = ${key}`.execute(db);
}

/** Nothing has been done: the key may be used again. */
export async function giveUpKey(
  db: Database,
  { caller, key }: Pick<KeyedRequest, 'caller' | 'key'>,
): Promise<void> {
  await sql`delete from idempotency_keys where caller = ${caller} and key = ${key}`.execute(db);
}
