import { sql } from 'kysely';
import { spaceOfFlow, spaceOfScope, type XrefScope } from '../line/key-spaces.ts';
import { hasId, knownId } from '../line/xrefs.ts';
import type { Database } from '../postgres/database.ts';

/** What is known of a record at the target, whatever is kept of how it came there. */
export interface KnownState {
  /** Since when it is known like this. */
  readonly since: Date;
  /** `undefined`: a person said so. */
  readonly run: number | undefined;
  /** What the target knows it by; `undefined`: not known. */
  readonly targetId: string | undefined;
  /** Something has been delivered of it. */
  readonly isDelivered: boolean;
  readonly version: string | undefined;
}

export interface KnownPlace {
  readonly flow: string;
  /** Absent: the flow is gone. */
  readonly scope: XrefScope | undefined;
}

/** One row, or what two rows say together: where two flows share a scope, its id is kept apart. */
export async function loadKnownState(
  db: Database,
  { flow, scope }: KnownPlace,
  key: string,
): Promise<KnownState | undefined> {
  const { rows } = await sql<KnownStateRow>`
    select max(since) as since, max(run_id) as run, max(${knownId}) as target_id,
           bool_or(space = ${spaceOfFlow(flow)} and fingerprint is not null) as is_delivered, max(version) as version
    from known_records where space in (${spaceOfFlow(flow)}, ${scope ? spaceOfScope(scope) : null}) and key = ${key}
    having count(*) > 0`.execute(db);
  const row = rows[0];
  return (
    row && {
      since: row.since,
      run: row.run === 0 ? undefined : row.run,
      targetId: row.target_id ?? undefined,
      isDelivered: row.is_delivered === true,
      version: row.version ?? undefined,
    }
  );
}

interface KnownStateRow {
  readonly since: Date;
  readonly run: number;
  readonly target_id: string | null;
  readonly is_delivered: boolean | null;
  readonly version: string | null;
}

/** A key that is known somewhere, with the flow and the scope that it is kept for; either may be missing. */
export interface KnownKey {
  readonly flow: string | undefined;
  readonly scope: XrefScope | undefined;
  readonly key: string;
  readonly since: Date;
  readonly isById: boolean;
}

/** Whoever has this key, or this id at the target, in any flow. */
export async function findKnown(db: Database, text: string): Promise<readonly KnownKey[]> {
  const { rows } = await sql<KnownKeyRow>`
    select flow, entity, source, target, known.* from key_spaces cross join lateral (
      (select key, since, false as is_by_id from known_records where space = key_spaces.id and key = ${text})
      union all
      (select key, since, true from known_records
       where space = key_spaces.id and ${hasId(sql`${text}::text`)} offset 0)
    ) as known order by since desc limit ${mostKnown}`.execute(db);
  return rows.map(({ flow, entity, source, target, key, since, is_by_id: isById }) => ({
    flow: flow ?? undefined,
    scope: entity === null || source === null || target === null ? undefined : { entity, source, target },
    ...{ key, since, isById },
  }));
}

const mostKnown = 100;

interface KnownKeyRow {
  readonly flow: string | null;
  readonly entity: string | null;
  readonly source: string | null;
  readonly target: string | null;
  readonly key: string;
  readonly since: Date;
  readonly is_by_id: boolean;
}
