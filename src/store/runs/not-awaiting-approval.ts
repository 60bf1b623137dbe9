import { type RawBuilder, sql } from 'kysely';

/** For statements on batches and held records: those of runs that wait for approval are left alone. */
export const notAwaitingApproval: RawBuilder<unknown> = sql`run_id not in (
  select id from runs where status = 'held'
)`;
