import { sql } from 'kysely';
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
  const { rows } = await sql<KnownRow>`
    with spaces as materialized (select ${spaceOfFlow(at.flow)} as flow, ${spaceOfScope(at.scope)} as scope)
    select key, case when space = (select flow from spaces) then encode(fingerprint, 'hex') end as fingerprint,
           version, measure, members, space = (select scope from spaces) and link is not null as is_referred,
           ${knownId} as target_id, ${doubtColumns}
    from known_records
    where space = any(array[(select flow from spaces), (select scope from spaces)]) and key = any(${toTextArray(keys)}::text[])`.execute(
    db,
  );
  const deliveries = new Map<string, Delivery>();
  const xrefs = new Map<string, Xref>();
  for (const row of rows) {
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
  return { deliveries, xrefs };
}

interface KnownRow extends DoubtRow {
  readonly key: string;
  readonly fingerprint: string | null;
  readonly version: string | null;
  readonly measure: string | null;
  readonly members: number | null;
  readonly is_referred: boolean | null;
  readonly target_id: string | null;
}
