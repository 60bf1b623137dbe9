import { sql } from 'kysely';
import type { XrefScope } from '../line/key-spaces.ts';
import type { Database } from '../postgres/database.ts';

/** What a record waits for: the id that the target knows this one by. */
export interface Reference {
  readonly entity: string;
  readonly key: string;
}

/** The first waiting record of each of these keys waits for references from now on. */
export async function insertAwaited(
  db: Database,
  at: { readonly flow: string; readonly scope: XrefScope },
  awaited: readonly (Reference & { readonly recordKey: string })[],
): Promise<void> {
  if (awaited.length === 0) return;
  await sql`
    with given as (
      select * from unnest(
        ${awaited.map((a) => a.recordKey)}::text[], ${awaited.map((a) => a.entity)}::text[],
        ${awaited.map((a) => a.key)}::text[]
      ) as t (record_key, entity, key)
    ), heads as (
      select distinct on (key) id, key from held
      where flow = ${at.flow} and key in (select record_key from given) order by key, id
    ), waiting as (
      update held set due_at = null, fault = null where id in (select id from heads)
    )
    insert into awaited_xrefs (held_id, entity, source, key, target)
    select heads.id, given.entity, ${at.scope.source}, given.key, ${at.scope.target}
    from given join heads on heads.key = given.record_key
    on conflict do nothing`.execute(db);
}

/**
 * Whatever of these keys waits for references, or behind a record that does, counts as blocked from now on: else the
 * runs of those behind would stay open for as long. Returns the run of each that did not before.
 */
export async function markBlocked(
  db: Database,
  flow: string,
  keys: readonly string[],
): Promise<readonly number[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<{ run_id: number }>`
    with heads as (
      select distinct on (key) id, key, blocked_at from held
      where flow = ${flow} and key = any(${keys}::text[]) order by key, id
    )
    update held set blocked_at = now() from heads
    where held.flow = ${flow} and held.key = heads.key and held.blocked_at is null
      and (heads.blocked_at is not null or exists (select 1 from awaited_xrefs where held_id = heads.id))
    returning held.run_id`.execute(db);
  return rows.map((row) => row.run_id);
}

const lookedUpAtOnce = 5_000;

/**
 * Makes due what waits for references that are all known by now, and replays whose error somebody has closed: these
 * have nothing to wait for. A call looks up no more than so many references in their index, from anywhere among those
 * awaited: where there are more, each gets its turn, and a call costs the same. Rows that another process has in hand
 * are left to it, or to the next time.
 */
export async function releaseBlocked(db: Database): Promise<number> {
  const { rows } = await sql`
    with start as materialized (
      select min(held_id) + floor(random() * (max(held_id) - min(held_id) + 1))::bigint as id from awaited_xrefs
    ), looked as materialized (
      select * from (
        (select * from awaited_xrefs where held_id >= (select id from start) order by held_id limit ${lookedUpAtOnce})
        union all
        (select * from awaited_xrefs where held_id < (select id from start) order by held_id limit ${lookedUpAtOnce})
      ) as all_of_it limit ${lookedUpAtOnce}
    ), known as (
      select distinct held_id from looked cross join lateral (
        select 1 from key_spaces join known_records on space = key_spaces.id
        where target = looked.target and entity = looked.entity and source = looked.source
          and known_records.key = looked.key and link in ('k', 's')
        limit 1
      ) as there
    ), complete as (
      select held_id from known where not exists (
        select 1 from awaited_xrefs as other left join lateral (
          select true as is_there from key_spaces join known_records on space = key_spaces.id
          where target = other.target and entity = other.entity and source = other.source
            and known_records.key = other.key and link in ('k', 's')
          limit 1
        ) as there on true
        where other.held_id = known.held_id and is_there is null
      )
    ), closed as (
      select held.id from held join errors on errors.id = held.error_id
      where held.due_at is null and errors.state <> 'replaying'
        and exists (select 1 from awaited_xrefs where held_id = held.id)
    ), ready as (
      select id from held
      where id = any(array(select held_id from complete union select id from closed)) and due_at is null
      for update skip locked
    ), met as (
      delete from awaited_xrefs where held_id = any(array(select id from ready))
    )
    update held set due_at = now() where id = any(array(select id from ready)) returning id`.execute(db);
  return rows.length;
}

/** The run of each record of a flow that was blocked, is due, and kept back by neither an open circuit nor a guard. */
export async function findReleasedRuns(db: Database, flow: string): Promise<readonly number[]> {
  const { rows } = await sql<{ run_id: number }>`
    select run_id from held join runs on runs.id = run_id join plans on hash = plan_hash
    where held.flow = ${flow} and blocked_at is not null and due_at <= now() and status <> 'held'
      and not exists (select 1 from circuits where connection = plans.target and probe_at > now())
    order by run_id`.execute(db);
  return rows.map((row) => row.run_id);
}
