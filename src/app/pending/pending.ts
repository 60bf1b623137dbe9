import { isInScope } from '../../contract/flow-scope.ts';
import {
  type AwayConnection,
  countWaiting,
  type DoubtfulRecord,
  listAwayConnections,
  type RetriedRecord,
  type WaitingLane,
} from '../../store/waiting/pending.ts';
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
export interface Pending extends PendingLists {
  /** Records that wait for anything but their turn. */
  readonly waiting: number;
  readonly pauses: readonly WaitingPause[];
  readonly sources: readonly AwaySource[];
  readonly connections: readonly AwayConnection[];
  /** Where each list goes on that is not whole. */
  readonly next?: PendingNext;
}

/** Records and lanes, by what they wait for. */
export interface PendingLists {
  readonly batches: readonly WaitingLane[];
  readonly blocked: readonly BlockedWithReason[];
  readonly inDoubt: readonly DoubtfulRecord[];
  readonly retried: readonly RetriedRecord[];
}

type PendingNext = { readonly [Kind in keyof PendingLists]?: string };

/** Of records and lanes the first `limit` of each kind, from 1 to 1000. */
export async function loadPending(
  open: OpenDatabase,
  { limit, ...wish }: PendingWish & { readonly limit: number },
): Promise<Pending> {
  const { flow, flows: scope = 'all' } = wish;
  await requireKnownFlow(open, flow, scope);
  const { db, clock } = open;
  const { flows, pauses } = await loadStatus(db, await open.findWorkspace(), clock.now());
  const [batches, blocked, inDoubt, retried] = await Promise.all([
    pageWaitingLanes(open, wish, { limit }),
    pageBlocked(open, wish, { limit }),
    pageInDoubt(open, wish, { limit }),
    pageRetried(open, wish, { limit }),
  ]);
  const next: PendingNext = {
    ...(batches.next && { batches: batches.next }),
    ...(blocked.next && { blocked: blocked.next }),
    ...(inDoubt.next && { inDoubt: inDoubt.next }),
    ...(retried.next && { retried: retried.next }),
  };
  const seen = flows.filter((status) => isInScope(scope, status.flow));
  return {
    waiting: await countWaiting(db, wish),
    pauses: waitingPauses(pauses, seen, flow).filter(
      ({ flows: still }) => scope === 'all' || still.length > 0,
    ),
    sources: awaySources(seen, flow),
    connections: await listAwayConnections(db, scope),
    batches: batches.items,
    blocked: blocked.items,
    inDoubt: inDoubt.items,
    retried: retried.items,
    ...(Object.keys(next).length > 0 && { next }),
  };
}
