import {
  type AwayConnection,
  countWaiting,
  type DoubtfulRecord,
  listAwayConnections,
  type RetriedRecord,
  type WaitingLane,
} from '../../store/waiting/pending.ts';
import { takeItems } from '../lists/page.ts';
import { requireKnownFlow } from '../open/known-flow.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { loadStatus } from '../status/load-status.ts';
import { type AwaySource, awaySources } from './away-sources.ts';
import {
  type BlockedWithReason,
  type PendingWish,
  pageBlocked,
  pageInDoubt,
  pageRetried,
  pageWaitingLanes,
} from './page-pending.ts';
import { type WaitingPause, waitingPauses } from './waiting-pauses.ts';

/** What waits, and why. */
export interface Pending {
  /** Records that wait for anything but their turn. */
  readonly waiting: number;
  readonly pauses: readonly WaitingPause[];
  readonly sources: readonly AwaySource[];
  readonly connections: readonly AwayConnection[];
  readonly batches: readonly WaitingLane[];
  readonly blocked: readonly BlockedWithReason[];
  readonly inDoubt: readonly DoubtfulRecord[];
  readonly retried: readonly RetriedRecord[];
}

/** Of one flow where one is named; of records and lanes the first `limit` of each kind. */
export async function loadPending(
  open: OpenDatabase,
  { flow, limit }: PendingWish & { readonly limit: number },
): Promise<Pending> {
  await requireKnownFlow(open, flow);
  const { db, clock } = open;
  const { flows, pauses } = await loadStatus(db, await open.findWorkspace(), clock.now());
  const first = <Item>(page: (...asked: Parameters<typeof pageBlocked>) => PagePromise<Item>) =>
    takeItems(limit, (wish) => page(open, { flow }, wish));
  return {
    waiting: await countWaiting(db, flow),
    pauses: waitingPauses(pauses, flows, flow),
    sources: awaySources(flows, flow),
    connections: await listAwayConnections(db),
    batches: await first(pageWaitingLanes),
    blocked: await first(pageBlocked),
    inDoubt: await first(pageInDoubt),
    retried: await first(pageRetried),
  };
}

type PagePromise<Item> = ReturnType<Parameters<typeof takeItems<Item>>[1]>;
