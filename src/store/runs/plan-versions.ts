import { sql } from 'kysely';
import type { Database } from '../postgres/database.ts';
import { unpack } from '../postgres/packed.ts';
import type { StoredDocument } from './plans.ts';

/** A flow as its files were, and when it was run like that. */
export interface PlanVersion {
  /** SHA-256 over the files it was compiled from. */
  readonly hash: string;
  readonly runs: number;
  readonly firstUsedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

/** Those that were used last first. */
export async function listPlanVersions(
  db: Database,
  flow: string,
  limit: number,
): Promise<readonly PlanVersion[]> {
  const { rows } = await sql<PlanVersion>`
    select hash, used.runs, used.first as "firstUsedAt", used.last as "lastUsedAt"
    from plans cross join lateral (
      select count(*)::int as runs, min(created_at) as first, max(created_at) as last
      from runs where runs.flow = plans.flow and plan_hash = hash
    ) as used
    where plans.flow = ${flow} order by used.last desc nulls last, hash limit ${limit}`.execute(db);
  return rows;
}

export async function loadPlanVersion(
  db: Database,
  { flow, hash }: { readonly flow: string; readonly hash: string },
): Promise<readonly StoredDocument[] | undefined> {
  const { rows } = await sql<{ documents: Buffer }>`
    select documents from plans where flow = ${flow} and hash = ${hash}`.execute(db);
  return rows[0] && (unpack('plan', rows[0].documents) as readonly StoredDocument[]);
}
