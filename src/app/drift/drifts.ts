import type { FlowScope } from '../../contract/flow-scope.ts';
import { acceptDrifts, resolveDrifts } from '../../engine/drift/close-drifts.ts';
import { type AuditEntry, listEntriesOf } from '../../store/audit/list-entries.ts';
import {
  type Drift,
  type DriftFilter,
  type DriftState,
  listDrifts,
  maxOpen,
} from '../../store/shapes/drifts.ts';
import { parseCursor } from '../lists/cursor.ts';
import { type ListPage, type PageWish, requirePageSize, toPage } from '../lists/page.ts';
import { requireKnownFlow } from '../open/known-flow.ts';
import type { OpenDatabase } from '../open/open-database.ts';

/** A drift with what people have decided about it, so far as it is known. */
export type ListedDrift = Drift & { readonly audit?: readonly AuditEntry[] };

export interface DriftWish {
  readonly flow?: string | undefined;
  /** Of these flows alone. */
  readonly flows?: FlowScope | undefined;
  /** Open ones, if nothing else is said. */
  readonly states?: readonly DriftState[];
}

/** Fields that are not as before, of one flow where one is named. */
export async function pageDrifts(
  open: OpenDatabase,
  { flow, flows = 'all', states = ['open'] }: DriftWish,
  { limit, cursor }: PageWish,
): Promise<ListPage<ListedDrift>> {
  requirePageSize(limit);
  const shape = ['text', 'text', 'text', 'text', 'text', 'number'] as const;
  const after = parseCursor('drifts', shape, cursor);
  await requireKnownFlow(open, flow, flows);
  const filter = { flows, ...(flow !== undefined && { flow }) };
  const page = toPage(await listDrifts(open.db, filter, { states, after, limit: limit + 1 }), {
    list: 'drifts',
    limit,
    placeOf: ({ connection, resource, side, path, kind, id }) => [
      ...[connection, resource, side, path, kind],
      id,
    ],
  });
  const ids = page.items.map(({ id }) => id);
  const audits = await listEntriesOf(open.db, 'drifts', ids);
  return { ...page, items: page.items.map((drift) => withAudit(drift, audits.get(drift.id))) };
}

/** One that was closed without a name is closed none the less. */
function withAudit(drift: Drift, kept: readonly AuditEntry[] = []): ListedDrift {
  const { state, closedAt: at } = drift;
  const isKept = state === 'open' || kept.some((entry) => entry.at.getTime() === at?.getTime());
  const deed = state === 'accepted' ? 'accept drift' : 'resolve drift';
  const audit = isKept || !at ? kept : [...kept, { at, by: null, deed } as const];
  return audit.length > 0 ? { ...drift, audit } : drift;
}

export function isOpenDrift({ state }: Pick<Drift, 'state'>): boolean {
  return state === 'open';
}

/** Flows that have so many open drifts that no more are reported of them. */
export function findFullFlows(
  drifts: readonly Pick<Drift, 'flow' | 'state'>[],
): readonly { readonly flow: string; readonly open: number }[] {
  const byFlow = Map.groupBy(drifts.filter(isOpenDrift), (drift) => drift.flow);
  return [...byFlow].flatMap(([flow, { length }]) => (length < maxOpen ? [] : [{ flow, open: length }]));
}

/** What came is right from now on; returns the drifts that are closed with it. */
export async function acceptDriftsOf(
  open: OpenDatabase,
  filter: DriftFilter,
  by: string,
): Promise<readonly number[]> {
  await requireKnownFlow(open, filter.flow);
  return await acceptDrifts(open.db, filter, by);
}

/** It has been mended; returns the drifts that are closed with it. */
export async function resolveDriftsOf(
  open: OpenDatabase,
  filter: DriftFilter,
  by: string,
): Promise<readonly number[]> {
  await requireKnownFlow(open, filter.flow);
  return await resolveDrifts(open.db, filter, by);
}
