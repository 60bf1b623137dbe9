import { keepAuditEntry } from '../../store/audit/keep-entry.ts';
import { insertBulkItems } from '../../store/bulks/bulk-items.ts';
import { insertBulk } from '../../store/bulks/bulks.ts';
import type { ErrorWish } from '../errors/error-filter.ts';
import type { SettleDecision, SettleForecast } from '../errors/settle-errors.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { type BulkDocument, toBulkDocument } from './bulk-document.ts';
import { requireBulk } from './bulks.ts';

/**
 * Freezes errors as a set that an engine settles, or opens again, chunk by chunk, instead of all of them at once. Those
 * that are not what they are now when their turn comes leave the set.
 */
export async function makeSettleSet(
  { db }: Pick<OpenDatabase, 'db'>,
  { deed, ids, wish }: Pick<SettleForecast, 'deed' | 'ids'> & { readonly wish: ErrorWish },
  { by, reason }: SettleDecision,
): Promise<BulkDocument> {
  const id = await db.transaction().execute(async (tx) => {
    const bulk = await insertBulk(tx, {
      ...{ kind: deed, by, reason, wish, patch: undefined, way: undefined, planHash: undefined },
      connections: [],
    });
    await insertBulkItems(
      tx,
      bulk,
      ids.map((errorId) => ({ errorId })),
    );
    await keepAuditEntry(tx, { deed: 'make set', by, reason, count: ids.length, about: { bulk } });
    return bulk;
  });
  return await toBulkDocument(db, await requireBulk(db, id));
}
