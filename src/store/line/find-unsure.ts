import { sql } from 'kysely';
import { present } from '../../contract/present.ts';
import type { Database } from '../postgres/database.ts';
import { toTextArray } from '../postgres/text-array.ts';
import type { Delivery } from './deliveries.ts';
import { spaceOfFlow } from './key-spaces.ts';

/** What a record would be delivered as. */
export type Deliverable = Pick<Delivery, 'key' | 'version' | 'fingerprint'>;

/** The places of records; with each, the version that was delivered last where only that is another. */
export type UnsurePlaces = ReadonlyMap<number, string | undefined>;

/**
 * Those of the records that are not surely what was delivered last: of another fingerprint or version, never delivered,
 * or of a key of which something is held or in the errors, so that what was delivered is not the last word. `any`:
 * records of another run are staged, or a person has decided about some of the flow's, so that it may be any of them.
 * All of it as it was at one moment. Of what is as it was, which is most, nothing comes back.
 */
export async function findUnsure(
  db: Database,
  { flow, runId }: { readonly flow: string; readonly runId: number },
  records: readonly Deliverable[],
): Promise<UnsurePlaces | 'any'> {
  const keys = toTextArray(records.map(({ key }) => key));
  const fingerprints = toTextArray(records.map(({ fingerprint }) => fingerprint));
  // As an array that the server makes, the keys are no constants to it, whose frequencies it would estimate one by one.
  const { rows } = await sql<UnsureRow>`
    with given as materialized (
      select key, decode(fingerprint, 'hex') as fingerprint, version, place
      from unnest(${keys}::text[], ${fingerprints}::text[], ${toTextArray(versionsOf(records))}::text[]) with ordinality
        as given (key, fingerprint, version, place)
    ), known as materialized (
      select key, fingerprint, version from known_records
      where space = ${spaceOfFlow(flow)} and key = any(array(select key from given))
    ), moving as materialized (
      select key from held where flow = ${flow} and key = any(array(select key from given))
      union
      select key from errors
      where flow = ${flow} and key = any(array(select key from given)) and state in ('open', 'replaying')
    ), unsure as materialized (
      select place, case when is_same and not is_moving then known.version end as version
      from given left join known using (key) cross join lateral (
        select known.fingerprint is not distinct from given.fingerprint as is_same,
               key in (select key from moving) as is_moving
      ) as compared
      where not is_same or is_moving or known.version <> given.version
    )
    select exists (select 1 from batches where flow = ${flow} and run_id <> ${runId})
             or exists (select 1 from decisions where flow = ${flow}) as is_any,
           array(select place::int from unsure order by place) as places,
           array(select version from unsure order by place) as versions`.execute(db);
  const { is_any, places, versions } = present(rows[0], 'the row of what is unsure');
  return is_any ? 'any' : new Map(places.map((place, at) => [place - 1, versions[at] ?? undefined]));
}

interface UnsureRow {
  readonly is_any: boolean;
  /** Counted from 1. */
  readonly places: readonly number[];
  readonly versions: readonly (string | null)[];
}

/** Where no record has one, `unnest` fills the column up with nulls. */
function versionsOf(records: readonly Deliverable[]): readonly (string | null)[] {
  return records.every(({ version }) => version === undefined)
    ? []
    : records.map(({ version }) => version ?? null);
}
