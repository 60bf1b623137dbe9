import { hash } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** So many different sets are kept of a flow: where names are data, each record would bring one of its own. */
export const maxSets = 1_000;

/** Sets of members by id; one that is not there any more is not in the answer. */
export async function loadMemberSets(
  db: Database,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await sql<{ id: number; members: string }>`
    select id, members from member_sets where id = any(${ids}::integer[])`.execute(db);
  return new Map(rows.map(({ id, members }) => [id, members]));
}

/**
 * Keeps sets of members, each once, and returns their ids; a set that is one too many for the flow has none. Sets
 * never change, so it does not matter who else keeps them, nor what becomes of what they are kept for.
 */
export async function keepMemberSets(
  db: Database,
  flow: string,
  sets: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const kept = new Map<string, number>();
  // Once more where another process has kept one of them in the same moment.
  for (let tries = 0; tries < 2; tries++) {
    const missing = sets.filter((set) => !kept.has(set));
    if (missing.length === 0) break;
    for (const { id, members } of await keepOrFind(db, flow, missing)) kept.set(members, id);
  }
  return kept;
}

async function keepOrFind(
  db: Database,
  flow: string,
  sets: readonly string[],
): Promise<readonly { readonly id: number; readonly members: string }[]> {
  const digests = sets.map((set) => hash('sha256', set, 'hex'));
  const { rows } = await sql<{ id: number; members: string }>`
    with given as (
      select decode(digest, 'hex') as digest, members, nth
      from unnest(${digests}::text[], ${sets}::text[]) with ordinality as t (digest, members, nth)
    ), known as (
      select id, digest, given.members from given join member_sets using (digest) where flow = ${flow}
    ), fresh as (
      select digest, members, row_number() over (order by digest) as nth
      from given where digest not in (select digest from known)
    ), added as (
      insert into member_sets (flow, digest, members)
      select ${flow}, digest, members from fresh
      where nth <= ${maxSets} - (select count(*) from member_sets where flow = ${flow})
      order by digest
      on conflict (flow, digest) do nothing
      returning id, members
    )
    select id, members from known union all select id, members from added`.execute(db);
  return rows;
}

/** All sets of a flow. */
export async function loadMemberSetsOf(db: Database, flow: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ id: number; members: string }>`
    select id, members from member_sets where flow = ${flow}`.execute(db);
  return new Map(rows.map(({ id, members }) => [members, id]));
}
