import { type Caller, flowsWith, mayOver } from '../../app/access/caller.ts';
import type { BulkDocument } from '../../app/bulks/bulk-document.ts';
import { pageBulkItems, pageBulks, showBulk } from '../../app/bulks/bulks.ts';
import type { ListBulksInput, ShowBulkInput } from '../../contract/generated/endpoints.ts';
import { listBulkFlows } from '../../store/bulks/bulks.ts';
import type { Desk } from '../desk.ts';
import type { Endpoint } from '../endpoint.ts';

export const listBulksEndpoint: Endpoint<ListBulksInput> = {
  id: 'listBulks',
  method: 'GET',
  path: '/bulk',
  subject: 'bulk',
  summary: 'Sets of errors, newest first',
  description: 'Those of which all errors are of flows that the caller may see.',
  role: 'viewer',
  reach: 'some',
  answer: 'bulk-list',
  async handle(desk, { limit = 50, cursor }) {
    const { open, caller } = desk;
    const { items, next } = await pageBulks(open, { limit, cursor }, flowsWith(caller, 'viewer'));
    const bulks = await Promise.all(
      items.map(async (bulk) => coverPatch(caller, bulk, await flowsOfBulk(desk, bulk))),
    );
    return { bulks, ...(next !== undefined && { next }) };
  },
};

export const showBulkEndpoint: Endpoint<ShowBulkInput> = {
  id: 'showBulk',
  method: 'GET',
  path: '/bulk/{bulk}',
  subject: 'bulk',
  summary: 'How far a set is, what became of each error, and who decided what',
  role: 'viewer',
  reach: flowsOfBulk,
  answer: 'bulk-show',
  async handle(desk, { bulk: id, states, limit = 50, cursor }) {
    const { open, caller } = desk;
    const bulk = await showBulk(open, id);
    const { items, next } = await pageBulkItems(open, { id, ...(states && { states }) }, { limit, cursor });
    return {
      bulk: coverPatch(caller, bulk, await flowsOfBulk(desk, bulk)),
      items,
      ...(next !== undefined && { next }),
    };
  },
};

export async function flowsOfBulk(
  { open }: Desk,
  { bulk }: { readonly bulk: number },
): Promise<readonly string[]> {
  return await listBulkFlows(open.db, bulk);
}

/** What was made of records may be private: whoever only looks is not shown it. */
export function coverPatch<Each extends BulkDocument>(
  caller: Caller,
  bulk: Each,
  flows: readonly string[],
): Each {
  if (bulk.patch === undefined || flows.every((flow) => mayOver(caller, 'support', flow))) return bulk;
  const { patch: _private, ...shown } = bulk;
  return shown as Each;
}
