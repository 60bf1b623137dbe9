import type { Page, ReadRequest } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { moveBack } from '../../mapping/moments/cursor-time.ts';
import { readMoment } from '../../mapping/moments/moment.ts';
import type { Database } from '../../store/postgres/database.ts';
import { loadCursor, type Run } from '../../store/runs/runs.ts';
import type { Plan, SourcePlan } from '../../workspace/compile/plan.ts';

/**
 * What a run of the flow asks its source for: from the cursor on, moved back by the flow's `lookback`. One that was put back
 * goes on where it was, unless the cursor of the flow says that.
 */
export async function toReadRequest(
  db: Database,
  plan: Plan,
  { run, signal }: { readonly run: Pick<Run, 'options' | 'readOn'>; readonly signal: AbortSignal },
): Promise<ReadRequest> {
  const { full, since, until, limit } = run.options;
  const isOfFlow = !full && since === undefined && until === undefined && limit === undefined;
  const { source } = plan;
  const saved = await loadCursor(db, plan.flow);
  const begin = full || saved === undefined ? undefined : lookBack(saved, source);
  const readOn = isOfFlow ? undefined : (run.readOn ?? undefined);
  const cursor = readOn ?? (since === undefined ? begin : toBound(since, saved, source));
  return {
    where: source.where,
    signal,
    ...(cursor !== undefined && { cursor }),
    ...(until !== undefined && { until: toBound(until, saved, source) }),
  };
}

/** Only a cursor that is a time can be moved back by one; for others the closed lower bound has to do. */
function lookBack(cursor: string, { resource, lookbackMs, timezone }: SourcePlan): string {
  if (resource.cursorTime) return resource.cursorTime.moveBack(cursor, lookbackMs);
  return isDate(cursor) ? moveBack(cursor, lookbackMs, timezone) : cursor;
}

/** A time as somebody has typed it, in the form in which the source has said its own so far. */
function toBound(text: string, saved: string | undefined, { resource, timezone }: SourcePlan): string {
  const moment = readMoment(text, timezone);
  if (moment === undefined) return text;
  if (saved !== undefined && resource.cursorTime) return resource.cursorTime.toFormOf(saved, moment.ms);
  return /[zZ]$/.test(text) ? text : new Date(moment.ms).toISOString();
}

function isDate(cursor: string): boolean {
  return /^\d{4}-\d\d-\d\d/.test(cursor);
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
