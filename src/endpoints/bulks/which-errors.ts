import { flowsWith } from '../../app/access/caller.ts';
import type { ErrorWish } from '../../app/errors/error-filter.ts';
import type { ErrorFilterInput } from '../../contract/generated/endpoints.ts';
import { listFlowsOf } from '../../store/errors/note-errors.ts';
import type { Desk } from '../desk.ts';
import { toWish } from '../errors/filter-input.ts';

/** Errors that are named, or fit a filter, or both. */
export interface WhichErrors {
  readonly filter?: ErrorFilterInput;
  readonly ids?: readonly number[];
}

/** The flows of those that are named, or the flow of the filter; else whatever the caller may. */
export async function flowsOfWhich({ open }: Desk, { filter, ids }: WhichErrors) {
  if (ids !== undefined) return await listFlowsOf(open.db, { errors: ids });
  return filter?.flow === undefined ? 'some' : [filter.flow];
}

/** Those of them about which the caller may decide. */
export function toDecidedWish({ caller }: Desk, { filter, ids }: WhichErrors): ErrorWish {
  return { ...toWish({ ...filter, ...(ids && { ids }) }), flows: flowsWith(caller, 'support') };
}
