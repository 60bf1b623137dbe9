import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** Failed logins about somebody, or from somewhere. */
export interface LoginCount {
  readonly failed: number;
  /** No try counts before. */
  readonly closedUntil: Date | undefined;
}

/**
 * What is counted about each of these, none where nothing is; locked until the transaction is over, so that tries at the
 * same moment count one after the other.
 * @param about - hashes, in one order everywhere
 * @param since - what was tried last before then is forgotten
 */
export async function lockLoginCounts(
  tx: Database,
  about: readonly Buffer[],
  since: Date,
): Promise<readonly LoginCount[]> {
  await sql`
    insert into login_counts (about, failed, tried_at) select about, 0, ${since} from unnest(${about}::bytea[]) as about
    on conflict do nothing`.execute(tx);
  const { rows } = await sql<CountRow>`
    select about, failed, tried_at, closed_until from login_counts where about = any(${about}::bytea[])
    order by about for update`.execute(tx);
  return about.map((one) => {
    const row = rows.find((each) => each.about.equals(one));
    if (row === undefined || row.tried_at < since) return { failed: 0, closedUntil: undefined };
    return { failed: row.failed, closedUntil: row.closed_until ?? undefined };
  });
}

export interface ChangedCount extends LoginCount {
  readonly about: Buffer;
}

export async function saveLoginCount(
  tx: Database,
  { about, failed, closedUntil }: ChangedCount,
  at: Date,
): Promise<void> {
  await sql`
    update login_counts set failed = ${failed}, tried_at = ${at}, closed_until = ${closedUntil ?? null}
    where about = ${about}`.execute(tx);
}

/** What nobody has tried since. */
export async function deleteLoginCounts(db: Database, since: Date): Promise<void> {
  await sql`delete from login_counts where tried_at < ${since}`.execute(db);
}

interface CountRow {
  readonly about: Buffer;
  readonly failed: number;
  readonly tried_at: Date;
  readonly closed_until: Date | null;
}
