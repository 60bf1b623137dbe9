import { sql } from 'kysely';
import { findErasedKeys } from '../erase/erased-keys.ts';
import type { Database } from '../postgres/database.ts';
import { toTextArray } from '../postgres/text-array.ts';
import type { Delivery } from './deliveries.ts';
import { spaceOfFlow, spaceOfScope, type XrefScope } from './key-spaces.ts';
import { type DoubtRow, doubtColumns, knownId, toXref, type Xref } from './xrefs.ts';

/** What is known of keys before they are written. */
export interface KnownKeys {
  readonly deliveries: ReadonlyMap<string, Delivery>;
  readonly xrefs: ReadonlyMap<string, Xref>;
}

/** What the target was last given of these keys, and which id they have there. */
export async function loadKnownKeys(
  db: Database,
  at: { readonly flow: string; readonly scope: XrefScope },
  keys: readonly string[],
): Promise<KnownKeys> {
  // What was erased is asked for only where anything was: one row more says so.
  const { rows } = await sql<KnownRow>`
    with spaces as materialized (select ${spaceOfFlow(at.flow)} as flow, ${spaceOfScope(at.scope)} as scope),
    erased as materialized (
      select array(select unnest(array[flow, scope]) from spaces) as spaces
      where exists (select 1 from erased_keys where space in (select unnest(array[flow, scope]) from spaces))
    )
    select null::int[] as erased_spaces, key, case when space = (select flow from spaces) then encode(fingerprint, 'hex') end as fingerprint,
           version, measure, members, space = (select scope from spaces) and link is not null as is_referred,
           ${knownId} as target_id, ${doubtColumns}
    from known_records
    where space = any(array[(select flow from spaces), (select scope from spaces)]) and key = any(${toTextArray(keys)}::text[])
    union all
    select spaces, '', null, null, null, null, null, null, null, null from erased`.execute(db);
  const deliveries = new Map<string, Delivery>();
  const xrefs = new Map<string, Xref>();
  for (const row of rows) {
    if (row.erased_spaces !== null) continue;
    const { key, fingerprint, version, measure, members } = row;
    if (fingerprint !== null) {
      deliveries.set(key, {
        key,
        fingerprint,
        version: version ?? undefined,
        measure: measure ?? undefined,
        members: members ?? undefined,
      });
    }
    if (row.is_referred) xrefs.set(key, toXref(row));
  }
  const spaces = rows.find((row) => row.erased_spaces !== null)?.erased_spaces;
  if (spaces) await addErased(db, { spaces, keys }, { deliveries, xrefs });
  return { deliveries, xrefs };
}

interface AskedKeys {
  readonly spaces: readonly number[];
  readonly keys: readonly string[];
}

/** Nobody knows of these any more whether the target has them: as of a create whose outcome nobody knows. */
async function addErased(
  db: Database,
  { spaces, keys }: AskedKeys,
  {
    deliveries,
    xrefs,
  }: { readonly deliveries: ReadonlyMap<string, Delivery>; readonly xrefs: Map<string, Xref> },
): Promise<void> {
  const unknown = keys.filter((key) => !deliveries.has(key) && !xrefs.has(key));
  for (const key of await findErasedKeys(db, spaces, unknown))
    xrefs.set(key, { key, targetId: undefined, isErased: true, doubt: { forMs: 1, leftMs: 0 } });
}

interface KnownRow extends DoubtRow {
  readonly erased_spaces: readonly number[] | null;
  readonly key: string;
  readonly fingerprint: string | null;
  readonly version: string | null;
  readonly measure: string | null;
  readonly members: number | null;
  readonly is_referred: boolean | null;
  readonly target_id: string | null;
}
