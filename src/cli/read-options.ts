import type { RunOptions } from '../store/runs.ts';
import { parseLimit, parseTime } from './common-options.ts';

/** How a source is read, as it is typed. */
export interface ReadOptions {
  readonly full?: boolean;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
}

export function toRunOptions(options: ReadOptions): RunOptions {
  return {
    ...(options.full && { full: true }),
    ...(options.since !== undefined && { since: parseTime(options.since, '--since').toISOString() }),
    ...(options.until !== undefined && { until: parseTime(options.until, '--until').toISOString() }),
    ...(options.limit !== undefined && { limit: parseLimit(options.limit, '--limit') }),
  };
}
