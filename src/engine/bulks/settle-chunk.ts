import { leaveMoved, markDone, type WaitingChunk } from '../../store/bulks/bulk-items.ts';
import type { Bulk, BulkKind } from '../../store/bulks/bulks.ts';
import type { Database } from '../../store/postgres/database.ts';
import { reopenIn, settleIn } from '../decisions/settle-errors.ts';

/** What is decided about the errors of a chunk, in the transaction that marks its items. */
export async function settleChunk(
  tx: Database,
  { id, kind, by, reason }: Pick<Bulk, 'id' | 'kind' | 'by' | 'reason'>,
  { items }: WaitingChunk,
): Promise<void> {
  const ids = items.map(({ errorId }) => errorId);
  const there = [...(await leaveMoved(tx, id, ids))];
  const how = kindsOfSettling[kind];
  if (how === undefined || there.length === 0) return;
  const reached =
    how === 'reopened'
      ? await reopenIn(tx, there, by)
      : await settleIn(tx, there, { state: how, by, reason: reason ?? `${how} by hand` });
  await markDone(tx, { bulkId: id, result: how }, reached);
  const others = there.filter((each) => !reached.includes(each));
  await markDone(tx, { bulkId: id, result: 'unchanged' }, others);
}

const kindsOfSettling: Readonly<Partial<Record<BulkKind, 'resolved' | 'discarded' | 'reopened'>>> = {
  resolve: 'resolved',
  discard: 'discarded',
  reopen: 'reopened',
};
