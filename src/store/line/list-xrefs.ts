import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import type { XrefScope } from './key-spaces.ts';
import { hasId, knownId } from './xrefs.ts';

export interface XrefFilter {
  readonly entity?: string | undefined;
  /** At either end. */
  readonly connection?: string | undefined;
  /** Only between these. */
  readonly scopes?: readonly XrefScope[] | undefined;
  readonly key?: string | undefined;
  readonly id?: string | undefined;
  /** Only those behind this one: target, entity, source, key. */
  readonly after?: readonly string[] | undefined;
}

/** A cross-reference as people see it. */
export interface ListedXref extends XrefScope {
  readonly key: string;
  /** `null`: a create whose outcome nobody knows yet. */
  readonly id: string | null;
  /** Since when it is known by that id, or in doubt. */
  readonly since: Date;
  /** The run that said so; `null`: a person. */
  readonly run: number | null;
}

/** Between what such references are kept. */
export async function listXrefScopes(db: Database): Promise<readonly XrefScope[]> {
  const { rows } = await sql<XrefScope>`
    select entity, source, target from key_spaces
    where entity is not null and exists (select 1 from known_records where space = id and link is not null)
    order by entity, source, target`.execute(db);
  return rows;
}

export async function listXrefs(
  db: Database,
  filter: XrefFilter,
  limit: number,
): Promise<readonly ListedXref[]> {
  const { entity = null, connection = null, scopes, key = null, id = null, after } = filter;
  const { rows } = await sql<ListedXref>`
    select entity, source, target, key, ${knownId} as id, since, nullif(run_id, 0) as run
    from key_spaces join known_records on space = key_spaces.id
    where link is not null and entity is not null
      and (${entity}::text is null or entity = ${entity})
      and (${connection}::text is null or source = ${connection} or target = ${connection})
      and ${scopes === undefined ? sql`true` : isOneOf(scopes)}
      and (${key}::text is null or key = ${key}) and (${id}::text is null or ${hasId(sql`${id}::text`)})
      and ${after === undefined ? sql`true` : sql`(target, entity, source, key) > (${sql.join(after)})`}
    order by target, entity, source, key limit ${limit}`.execute(db);
  return rows;
}

function isOneOf(scopes: readonly XrefScope[]): RawBuilder<boolean> {
  return sql`(entity, source, target) in (select * from unnest(
    ${scopes.map(({ entity }) => entity)}::text[], ${scopes.map(({ source }) => source)}::text[],
    ${scopes.map(({ target }) => target)}::text[]
  ))`;
}

/** A flow, and where it keeps its cross-references. */
export interface ScopeOfFlow extends XrefScope {
  readonly flow: string;
}

/** Of flows that have run, or for which a person has said what an id is. */
export async function listScopesOfFlows(db: Database): Promise<readonly ScopeOfFlow[]> {
  const { rows } = await sql<ScopeOfFlow>`
    select flow, entity, source, target from plans where entity is not null and source is not null
    union select flow, entity, source, target from key_spaces where entity is not null and flow is not null`.execute(
    db,
  );
  return rows;
}
