import type { Page, ReadRequest } from '../contract/connector.ts';
import { Fault } from '../contract/fault.ts';
import { loadCursor } from '../store/cursors.ts';
import type { Database } from '../store/database.ts';
import type { RunOptions } from '../store/runs.ts';
import type { Plan } from '../workspace/plan.ts';

/** What a run of the flow asks its source for: from the cursor on, moved back by the flow's `lookback`. */
export async function toReadRequest(
  db: Database,
  plan: Plan,
  { options, signal }: { readonly options: RunOptions; readonly signal: AbortSignal },
): Promise<ReadRequest> {
  const { full, since, until } = options;
  const saved = full ? undefined : await loadCursor(db, plan.flow);
  const cursor = since ?? (saved === undefined ? undefined : lookBack(saved, plan.source.lookbackMs));
  return {
    where: plan.source.where,
    signal,
    ...(cursor !== undefined && { cursor }),
    ...(until !== undefined && { until }),
  };
}

/** Only a cursor that is a time can be moved back by one; for others the closed lower bound has to do. */
function lookBack(cursor: string, ms: number): string {
  if (ms === 0 || !/^\d{4}-\d\d-\d\dT/.test(cursor)) return cursor;
  const time = Date.parse(cursor);
  return Number.isNaN(time) ? cursor : new Date(time - ms).toISOString();
}

/** The rest of the page, and with it the page's cursor and its end, stays unread. */
export function cutPage(page: Page, records: number): Page {
  return { records: page.records.slice(0, records) };
}

/** How a source that is to be read is read. Throws a Fault TL_CONNECTION_CONFIG if it cannot be. */
export function readerOf({ source }: Plan): NonNullable<Plan['source']['resource']['read']> {
  const { read, name } = source.resource;
  if (read) return read;
  throw new Fault('TL_CONNECTION_CONFIG', `${source.connection}.${name} cannot be read`);
}
