import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import type { Delivery } from './deliveries.ts';
import { type DoubtRow, doubtColumns, toXref, type Xref, type XrefScope } from './xrefs.ts';

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
  const { entity, source, target } = at.scope;
  const { rows } = await sql<KnownRow>`
    select key, fingerprint, version, measure, members, referred, target_id, doubt_for, doubt_left
    from (
      select key, encode(fingerprint, 'hex') as fingerprint, version, measure, members
      from deliveries where flow = ${at.flow} and key = any(${keys}::text[])
    ) as delivery full join (
      select key, true as referred, target_id, ${doubtColumns} from xrefs
      where target = ${target} and entity = ${entity} and source = ${source} and key = any(${keys}::text[])
    ) as xref using (key)`.execute(db);
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
    if (row.referred) xrefs.set(key, toXref(row));
  }
  return { deliveries, xrefs };
}

interface KnownRow extends DoubtRow {
  readonly key: string;
  readonly fingerprint: string | null;
  readonly version: string | null;
  readonly measure: string | null;
  readonly members: number | null;
  readonly referred: boolean | null;
  readonly target_id: string | null;
}
