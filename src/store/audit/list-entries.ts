import { type RawBuilder, sql } from 'kysely';
import type { AuditDeed } from '../../contract/audit-deeds.ts';
import type { XrefScope } from '../line/key-spaces.ts';
import type { Database } from '../postgres/database.ts';
import { toJsonb } from '../postgres/storable.ts';

/** What a person has decided: without what it was about, as that is what was asked for. */
export interface AuditEntry {
  readonly at: Date;
  /** `null`: nobody has said so. */
  readonly by: string | null;
  readonly deed: AuditDeed;
  readonly reason?: string;
  readonly run?: number;
  /** How many it has reached, where that is told. */
  readonly count?: number;
  /** Of a replay under the flow as it was when its records failed. */
  readonly flowOf?: 'then';
  /** Of a replay that sent once more what the target had not taken. */
  readonly from?: 'stage';
}

/** What people have decided about a run, its beginning included, in this order. */
export async function listEntriesOfRun(db: Database, runId: number): Promise<readonly AuditEntry[]> {
  const { rows } = await sql<EntryRow>`
    select ${columns} from audit_entries where run_id = ${runId} order by id`.execute(db);
  return rows.map(toEntry);
}

/** What people have decided about each of these errors, or drifts. */
export async function listEntriesOf(
  db: Database,
  kind: 'errors' | 'causes' | 'drifts',
  ids: readonly number[],
): Promise<ReadonlyMap<number, readonly AuditEntry[]>> {
  return await listAbout(
    db,
    ids.map((id) => [id, { [kind]: [id] }]),
  );
}

/** What people have decided about a frozen set of errors. */
export async function listEntriesOfBulk(db: Database, bulk: number): Promise<readonly AuditEntry[]> {
  return (await listAbout(db, [[bulk, { bulk }]])).get(bulk) ?? [];
}

/** What people have said about the id of each of these keys between two systems. */
export async function listEntriesOfKeys<Place extends XrefScope & { readonly key: string }>(
  db: Database,
  places: readonly Place[],
): Promise<ReadonlyMap<Place, readonly AuditEntry[]>> {
  return await listAbout(
    db,
    places.map((place) => {
      const { entity, source, target, key } = place;
      return [place, { scope: { entity, source, target }, keys: [key] }];
    }),
  );
}

/** Who said last that nothing is known of a key any more, in one scope or in any. */
export async function findForgetting(
  db: Database,
  key: string,
  scope: XrefScope | undefined,
): Promise<AuditEntry | undefined> {
  const { rows } = await sql<EntryRow>`
    select ${columns} from audit_entries
    where about <> '{}' and about @> ${toJsonb({ keys: [key], scope })}::jsonb and deed = 'forget ids'
    order by id desc limit 1`.execute(db);
  return rows[0] && toEntry(rows[0]);
}

async function listAbout<Thing>(
  db: Database,
  wanted: readonly (readonly [Thing, object])[],
): Promise<ReadonlyMap<Thing, readonly AuditEntry[]>> {
  if (wanted.length === 0) return new Map();
  const { rows } = await sql<EntryRow & { nth: number }>`
    select wanted.nth::int, ${columns} from jsonb_array_elements(
      ${toJsonb(wanted.map(([, about]) => about))}::jsonb
    ) with ordinality as wanted (about, nth)
    join audit_entries on audit_entries.about <> '{}' and audit_entries.about @> wanted.about
    order by audit_entries.id`.execute(db);
  const byPlace = Map.groupBy(rows, ({ nth }) => nth - 1);
  return new Map(
    wanted.flatMap(([thing], place) => {
      const found = byPlace.get(place);
      return found ? [[thing, found.map(toEntry)] as const] : [];
    }),
  );
}

const columns: RawBuilder<unknown> = sql`
  at, by, deed, flow, run_id, count, reason, audit_entries.about->>'flowOf' as flow_of, audit_entries.about->>'from' as origin`;

interface EntryRow {
  readonly at: Date;
  readonly by: string | null;
  readonly deed: AuditDeed;
  readonly run_id: number | null;
  readonly count: number | null;
  readonly reason: string | null;
  readonly flow_of: 'then' | null;
  readonly origin: 'stage' | null;
}

function toEntry({ at, by, deed, run_id, count, reason, flow_of, origin }: EntryRow): AuditEntry {
  return {
    at,
    by,
    deed,
    ...(run_id !== null && { run: run_id }),
    ...(count !== null && { count }),
    ...(reason !== null && { reason }),
    ...(flow_of !== null && { flowOf: flow_of }),
    ...(origin !== null && { from: origin }),
  };
}
