import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../postgres/database.ts';

/** Which pair of systems, and what kind of thing, a cross-reference is about. */
export interface XrefScope {
  readonly entity: string;
  readonly source: string;
  readonly target: string;
}

/** The space that a flow's deliveries are kept in; null before its first run. */
export function spaceOfFlow(flow: string): RawBuilder<number | null> {
  return sql`(select id from key_spaces where flow = ${flow})`;
}

/** The space that the cross-references of a scope are kept in; null where there are none yet. */
export function spaceOfScope({ entity, source, target }: XrefScope): RawBuilder<number | null> {
  return sql`(
    select id from key_spaces where entity = ${entity} and source = ${source} and target = ${target}
  )`;
}

/**
 * Before anything is kept of a flow: both spaces are there from now on, as one if nobody else has the scope's. To be
 * called in a transaction only where that is short: whoever else wants to make one waits for its end.
 */
export async function openKeySpaces(db: Database, flow: string, scope: XrefScope): Promise<void> {
  if (await areOpen(db, flow, scope)) return;
  if (db.isTransaction) await open(db, flow, scope);
  else await db.transaction().execute((tx) => open(tx, flow, scope));
}

async function areOpen(db: Database, flow: string, scope: XrefScope): Promise<boolean> {
  const { rows } = await sql<{ are_open: boolean }>`
    select (${spaceOfFlow(flow)}, ${spaceOfScope(scope)}) is not null as are_open`.execute(db);
  return rows[0]?.are_open === true;
}

/** The space of cross-references that belong to no flow yet. */
export async function openScope(db: Database, { entity, source, target }: XrefScope): Promise<void> {
  await sql`
    insert into key_spaces (entity, source, target) values (${entity}, ${source}, ${target})
    on conflict do nothing`.execute(db);
}

async function open(tx: Database, flow: string, scope: XrefScope): Promise<void> {
  await sql`lock table key_spaces in share row exclusive mode`.execute(tx);
  await openScope(tx, scope);
  await sql`
    update key_spaces set flow = ${flow}
    where id = ${spaceOfScope(scope)} and flow is null and ${spaceOfFlow(flow)} is null`.execute(tx);
  await sql`
    insert into key_spaces (flow) select ${flow} where ${spaceOfFlow(flow)} is null`.execute(tx);
}
