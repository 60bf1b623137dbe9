import { sql } from 'kysely';
import { openScope, type XrefScope } from '../../src/store/line/key-spaces.ts';
import { listXrefs } from '../../src/store/line/list-xrefs.ts';
import { reserveXrefs } from '../../src/store/line/xrefs.ts';
import type { Database } from '../../src/store/postgres/database.ts';

/** Which id each key has at a target; `null`: a create of it is open. */
export async function idsAt(db: Database, target: string): Promise<Record<string, string | null>> {
  const found = await listXrefs(db, { connection: target }, 1_000);
  return Object.fromEntries(found.map(({ key, id }) => [key, id]));
}

/** A create that an earlier attempt has left open. */
export async function leaveReserved(
  db: Database,
  scope: XrefScope,
  { key, runId, since = new Date() }: { key: string; runId: number; since?: Date },
): Promise<void> {
  await openScope(db, scope);
  await reserveXrefs(db, scope, { runId, keys: [key] });
  await sql`update known_records set since = ${since} where key = ${key} and link = 'r'`.execute(db);
}
