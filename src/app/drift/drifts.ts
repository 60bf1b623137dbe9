import { acceptDrifts, resolveDrifts } from '../../engine/drift/close-drifts.ts';
import { type Drift, type DriftFilter, listDrifts, maxOpen } from '../../store/shapes/drifts.ts';
import { parseCursor } from '../lists/cursor.ts';
import { type ListPage, type PageWish, requirePageSize, toPage } from '../lists/page.ts';
import { requireKnownFlow } from '../open/known-flow.ts';
import type { OpenDatabase } from '../open/open-database.ts';

/** Fields that are not as before, of one flow where one is named. */
export async function pageDrifts(
  open: OpenDatabase,
  { flow }: { readonly flow?: string | undefined },
  { limit, cursor }: PageWish,
): Promise<ListPage<Drift>> {
  requirePageSize(limit);
  const shape = ['text', 'text', 'text', 'text', 'text', 'number'] as const;
  const after = parseCursor('drifts', shape, cursor);
  await requireKnownFlow(open, flow);
  const filter = flow === undefined ? {} : { flow };
  return toPage(await listDrifts(open.db, filter, { after, limit: limit + 1 }), {
    list: 'drifts',
    limit,
    placeOf: ({ connection, resource, side, path, kind, id }) => [
      ...[connection, resource, side, path, kind],
      id,
    ],
  });
}

/** Flows that have so many open drifts that no more are reported of them. */
export function findFullFlows(
  drifts: readonly Drift[],
): readonly { readonly flow: string; readonly open: number }[] {
  const byFlow = Map.groupBy(drifts, (drift) => drift.flow);
  return [...byFlow].flatMap(([flow, { length }]) => (length < maxOpen ? [] : [{ flow, open: length }]));
}

/** What came is right from now on; returns the drifts that are closed with it. */
export async function acceptDriftsOf(
  open: OpenDatabase,
  filter: DriftFilter,
  by: string,
): Promise<readonly number[]> {
  await requireKnownFlow(open, filter.flow);
  const accepted = await acceptDrifts(open.db, filter);
  open.log.decided({ what: 'accept drift', by, drifts: accepted });
  return accepted;
}

/** It has been mended; returns the drifts that are closed with it. */
export async function resolveDriftsOf(
  open: OpenDatabase,
  filter: DriftFilter,
  by: string,
): Promise<readonly number[]> {
  await requireKnownFlow(open, filter.flow);
  const resolved = await resolveDrifts(open.db, filter);
  open.log.decided({ what: 'resolve drift', by, drifts: resolved });
  return resolved;
}
