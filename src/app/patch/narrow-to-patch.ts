import { Fault } from '../../contract/fault.ts';
import { counted } from '../../contract/text/counted.ts';
import { type ErrorFilter, groupErrors, listErrors } from '../../store/errors/errors.ts';
import type { Database } from '../../store/postgres/database.ts';
import { listOf } from '../../workspace/text/suggest.ts';
import { type FoundFilter, openStates } from '../errors/error-filter.ts';
import type { Patch, PatchTable } from './patch.ts';

/**
 * A table speaks of the keys that it has a row for: others stay as they are, and rows without an error are reported.
 * Throws a Fault TL_ARGUMENT_INVALID where none of its rows has an error.
 */
export async function narrowToPatch(
  db: Database,
  { filter, notes }: FoundFilter,
  patch: Patch | undefined,
): Promise<FoundFilter> {
  if (patch?.table === undefined) return { filter, notes };
  const { keys } = patch.table;
  const narrowed = { ...filter, keys };
  const found = await listErrors(db, { ...narrowed, states: openStates, limit: 1_000_000 });
  const missing = keys.filter((key) => !found.some((error) => error.key === key));
  if (missing.length === keys.length) throw noneOf(patch.table);
  const all = (await groupErrors(db, filter)).reduce((sum, { count }) => sum + count, 0);
  const more = tellDifference(filter, patch.table, { missing, left: all - found.length });
  return { filter: narrowed, notes: [...notes, ...more] };
}

function noneOf({ keys, typedAs }: PatchTable): Fault {
  const whose = keys.length === 1 ? 'its key' : `one of its ${keys.length} keys`;
  const message = `${typedAs}: no open error that fits has ${whose}: ${listOf(keys)}`;
  return new Fault('TL_ARGUMENT_INVALID', message);
}

function tellDifference(
  filter: ErrorFilter,
  { file }: PatchTable,
  { missing, left }: { readonly missing: readonly string[]; readonly left: number },
): readonly string[] {
  const isNarrowed = Object.keys(filter).length > 0;
  return [
    ...(missing.length > 0 ? [`${file}: no open error that fits has the key ${listOf(missing)}`] : []),
    ...(left > 0 && isNarrowed
      ? [
          `${counted(left, 'error')} without a row in ${file} ${left === 1 ? 'stays as it is' : 'stay as they are'}`,
        ]
      : []),
  ];
}
