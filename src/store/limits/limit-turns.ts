import { sql } from 'kysely';
import { present } from '../../contract/present.ts';
import type { SharedTurns, TurnPace } from '../../contract/shared-limits.ts';
import type { Database } from '../postgres/database.ts';

/**
 * The turns of one connection: one row says when the next one is, in milliseconds of the database's clock (`expire`), and
 * whoever takes turns moves it on (the generic cell rate algorithm). Processes of versions that count windows there read
 * a window that is used up until then (`points`), and keep to it; the windows that they begin are kept to here.
 */
export function openTurns(
  db: Database,
  { connection, pace }: { readonly connection: string; readonly pace: TurnPace },
): SharedTurns {
  return {
    take: async (count) => {
      const takenMs = Math.ceil(count * pace.gapMs);
      const { rows } = await sql<{ wait: number }>`
        insert into limit_windows as turns (key, points, expire)
        values (${connection}, ${usedUp}, ${nowMs} + ${takenMs}::bigint)
        on conflict (key) do update set points = excluded.points,
          expire = greatest(turns.expire, ${nowMs} - ${Math.floor(pace.burstMs)}::bigint) + ${takenMs}::bigint
        returning (expire - ${takenMs}::bigint - ${nowMs})::float8 as wait`.execute(db);
      return present(rows[0], 'the row of a window').wait;
    },
    pause: async (ms) => {
      await sql`
        insert into limit_windows as turns (key, points, expire)
        values (${connection}, ${usedUp}, ${nowMs} + ${Math.ceil(ms)}::bigint)
        on conflict (key) do update set points = excluded.points,
          expire = greatest(turns.expire, excluded.expire)`.execute(db);
    },
  };
}

/** More than any window has. */
const usedUp = 1_000_000_000;

/** Not that of the statement's begin, which may have waited for the row. */
const nowMs = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
