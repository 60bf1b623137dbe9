import { sql } from 'kysely';
import type { XrefScope } from '../line/key-spaces.ts';
import type { Database } from '../postgres/database.ts';
import { pack, unpack } from '../postgres/packed.ts';

/** A workspace file as it was when a plan was compiled from it. */
export interface StoredDocument {
  readonly path: string;
  readonly text: string;
}

export async function insertPlan(
  db: Database,
  {
    hash,
    flow,
    resource,
    scope,
    documents,
    history,
  }: {
    readonly hash: string;
    readonly flow: string;
    /** The resource it writes to, of `scope.target`. */
    readonly resource: string;
    readonly scope: XrefScope;
    readonly documents: readonly StoredDocument[];
    /** What is kept of its records. */
    readonly history: string;
  },
): Promise<void> {
  await sql`
    insert into plans (hash, flow, target, target_resource, entity, source, documents, history)
    values (${hash}, ${flow}, ${scope.target}, ${resource}, ${scope.entity}, ${scope.source}, ${pack('plan', documents)},
            ${history})
    on conflict (hash) do update
    set target = excluded.target, target_resource = excluded.target_resource, entity = excluded.entity,
        source = excluded.source
    where plans.target_resource is null`.execute(db);
}

export async function loadPlanDocuments(
  db: Database,
  hash: string,
): Promise<{ readonly flow: string; readonly documents: readonly StoredDocument[] } | undefined> {
  const { rows } = await sql<{ flow: string; documents: Buffer }>`
    select flow, documents from plans where hash = ${hash}`.execute(db);
  const row = rows[0];
  return row && { flow: row.flow, documents: unpack('plan', row.documents) as readonly StoredDocument[] };
}
