import { CompiledQuery } from 'kysely';
import type { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { SharedTurns, TurnWindow } from '../../contract/shared-limits.ts';
import type { Database } from '../postgres/database.ts';
import type { DatabaseTime } from '../postgres/database-time.ts';

/**
 * Windows of one connection, counted by rate-limiter-flexible in `limit_windows`. While the database is away they are
 * counted in memory, for this process alone: what is under way may come to its end.
 */
export function openTurns(
  db: Database,
  at: { readonly connection: string; readonly window: TurnWindow; readonly time: DatabaseTime },
): SharedTurns {
  const { connection, window } = at;
  let opening: Promise<RateLimiterPostgres> | undefined;
  const open = () => {
    opening ??= openLimiter(db, at);
    return opening;
  };
  return {
    take: async (count, lastsMs) => {
      const limiter = await open();
      const state = await limiter
        .consume(connection, count, { customDuration: lastsMs / 1_000 })
        .catch(toState);
      const before = state.consumedPoints - count;
      const granted = Math.min(count, Math.max(0, window.turns - before));
      return { granted, waitMs: state.msBeforeNext };
    },
    hold: async (ms) => {
      const limiter = await open();
      const underWay = await limiter.get(connection);
      await limiter.block(connection, Math.max(ms, underWay?.msBeforeNext ?? 0) / 1_000);
    },
  };
}

async function openLimiter(
  db: Database,
  { window, time }: { readonly window: TurnWindow; readonly time: DatabaseTime },
): Promise<RateLimiterPostgres> {
  // It brings the clients of fifteen databases along: loaded only where a rate is limited.
  const { RateLimiterPostgres, RateLimiterMemory } = await import('rate-limiter-flexible');
  const options = { keyPrefix: '', points: window.turns, duration: window.ms / 1_000 };
  return new RateLimiterPostgres({
    ...options,
    storeClient: createClient(db, time),
    storeType: 'pool',
    schemaName: 'tradelane',
    tableName: 'limit_windows',
    tableCreated: true,
    clearExpiredByTimeout: false,
    insuranceLimiter: new RateLimiterMemory(options),
  });
}

/** Asked for more than is left, it counts that too and rejects with the state; what had room is ours all the same. */
function toState(thrown: unknown): RateLimiterRes {
  if (thrown instanceof Error) throw thrown;
  return thrown as RateLimiterRes;
}

interface LimiterStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * The library compares times of the hosts' clocks, which differ by more than a window lasts. So each time on its way
 * to the database is made one of the database's clock, and on its way back one of ours.
 */
function createClient(db: Database, time: DatabaseTime) {
  return {
    query: async ({ text, values }: LimiterStatement) => {
      const aheadMs = await time.aheadMs();
      const toTheirs = (value: unknown) => (isTime(value) ? value + aheadMs : value);
      const { rows } = await db.executeQuery<{ readonly points: number; readonly expire: number | null }>(
        CompiledQuery.raw(text, values.map(toTheirs)),
      );
      const toOurs = ({ points, expire }: (typeof rows)[number]) => ({
        points,
        expire: expire === null ? null : expire - aheadMs,
      });
      return { rows: rows.map(toOurs), rowCount: rows.length };
    },
  };
}

/** Keys are text, and no window has so many points. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && value > 100_000_000_000;
}
