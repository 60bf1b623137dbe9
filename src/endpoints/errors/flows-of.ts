import { listFlowsOf } from '../../store/errors/note-errors.ts';
import type { Desk } from '../desk.ts';

/** The flows of errors that are named. */
export function flowsOfIds({ open }: Desk, { ids }: { readonly ids: readonly number[] }) {
  return listFlowsOf(open.db, { errors: ids });
}

/** The flows of errors and causes that are named. */
export function flowsOfNoted(
  { open }: Desk,
  { errors = [], causes = [] }: { readonly errors?: readonly number[]; readonly causes?: readonly number[] },
) {
  return listFlowsOf(open.db, { errors, causes });
}
