import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** How many errors have come and gone in a time that ends now. */
export interface ErrorChange {
  /** Failed for the first time in it, whatever has become of them. */
  readonly new: number;
  /** Resolved or discarded in it, and not open again. */
  readonly gone: number;
}

/** The open errors of a flow, and where they are going. */
export interface ErrorTrend {
  readonly open: number;
  readonly oldest: Date | null;
  readonly lastHour: ErrorChange;
  readonly lastDay: ErrorChange;
  readonly last7Days: ErrorChange;
}

/** Of each flow that has open errors, or had some in the last seven days. */
export async function loadErrorTrends(db: Database): Promise<ReadonlyMap<string, ErrorTrend>> {
  const { rows } = await sql<TrendRow>`
    with open as (
      select flow, count(*) as count, min(created_at) as oldest, ${countsSince('created_at', 'new')}
      from errors where state in ('open', 'replaying') group by flow
    ), gone as (
      select flow, ${countsSince('created_at', 'new')}, ${countsSince('settled_at', 'gone')}
      from errors where settled_at >= now() - interval '7 days' group by flow
    )
    select flow, coalesce(open.count, 0) as open, open.oldest,
           coalesce(open.new_hour, 0) + coalesce(gone.new_hour, 0) as new_hour,
           coalesce(open.new_day, 0) + coalesce(gone.new_day, 0) as new_day,
           coalesce(open.new_week, 0) + coalesce(gone.new_week, 0) as new_week,
           coalesce(gone_hour, 0) as gone_hour, coalesce(gone_day, 0) as gone_day, coalesce(gone_week, 0) as gone_week
    from open full join gone using (flow)`.execute(db);
  return new Map(rows.map((row) => [row.flow, toTrend(row)]));
}

/** The same of causes. */
export async function loadCauseTrends(
  db: Database,
  ids: readonly number[],
): Promise<ReadonlyMap<number, ErrorTrend>> {
  const isOpen = sql`state in ('open', 'replaying')`;
  const { rows } = await sql<Omit<TrendRow, 'flow'> & { cause: number }>`
    select cause_id as cause, count(*) filter (where ${isOpen}) as open,
           min(created_at) filter (where ${isOpen}) as oldest, ${countsSince('created_at', 'new')},
           ${countsSince('settled_at', 'gone')}
    from errors where cause_id = any(${ids}::int[]) group by cause_id`.execute(db);
  return new Map(rows.map(({ cause, ...row }) => [cause, toTrend(row)]));
}

/** Counts in the last hour, day and seven days: three columns. */
function countsSince(column: 'created_at' | 'settled_at', name: 'new' | 'gone') {
  const at = sql.ref(column);
  return sql`
    count(*) filter (where ${at} >= now() - interval '1 hour') as ${sql.ref(`${name}_hour`)},
    count(*) filter (where ${at} >= now() - interval '1 day') as ${sql.ref(`${name}_day`)},
    count(*) filter (where ${at} >= now() - interval '7 days') as ${sql.ref(`${name}_week`)}`;
}

type TrendRow = Record<`${'new' | 'gone'}_${'hour' | 'day' | 'week'}`, number> & {
  readonly flow: string;
  readonly open: number;
  readonly oldest: Date | null;
};

function toTrend(row: Omit<TrendRow, 'flow'>): ErrorTrend {
  return {
    open: row.open,
    oldest: row.oldest,
    lastHour: { new: row.new_hour, gone: row.gone_hour },
    lastDay: { new: row.new_day, gone: row.gone_day },
    last7Days: { new: row.new_week, gone: row.gone_week },
  };
}
