import type { RunOptions } from '../../store/runs/runs.ts';
import { parseLimit, parseTimeOption } from '../common-options.ts';

/** How a source is read, as it is typed. */
export interface ReadOptions {
  readonly full?: boolean;
  readonly force?: boolean;
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
  readonly evenPaused?: true;
}

export function toRunOptions(options: ReadOptions): RunOptions {
  return {
    ...(options.full && { full: true }),
    ...(options.force && { force: true }),
    ...(options.since !== undefined && { since: timeOf(options.since, '--since') }),
    ...(options.until !== undefined && { until: timeOf(options.until, '--until') }),
    ...(options.evenPaused && { evenPaused: true as const }),
    ...(options.limit !== undefined && { limit: parseLimit(options.limit, '--limit') }),
  };
}

/** As it was typed: a time without a zone is in the one that the source's connection states. */
function timeOf(text: string, name: string): string {
  parseTimeOption(text, name);
  return text;
}
