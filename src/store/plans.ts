import { sql } from 'kysely';
import type { Database } from './database.ts';
import { pack, unpack } from './packed.ts';

/** A workspace file as it was when a plan was compiled from it. */
export interface StoredDocument {
  readonly path: string;
  readonly text: string;
}

export async function insertPlan(
  db: Database,
  plan: {
    readonly hash: string;
    readonly flow: string;
    /** The connection it writes to. */
    readonly target: string;
    readonly documents: readonly StoredDocument[];
  },
): Promise<void> {
  await sql`
    insert into plans (hash, flow, target, documents)
    values (${plan.hash}, ${plan.flow}, ${plan.target}, ${pack(plan.documents)})
    on conflict (hash) do update set target = excluded.target where plans.target is null`.execute(db);
}

export async function loadPlanDocuments(
  db: Database,
  hash: string,
): Promise<{ readonly flow: string; readonly documents: readonly StoredDocument[] } | undefined> {
  const { rows } = await sql<{ flow: string; documents: Buffer }>`
    select flow, documents from plans where hash = ${hash}`.execute(db);
  const row = rows[0];
  return row && { flow: row.flow, documents: unpack(row.documents) as readonly StoredDocument[] };
}
