import { sql } from 'kysely';
import type { AuditDeed } from '../../contract/audit-deeds.ts';
import type { Database } from '../postgres/database.ts';
import { toJsonb } from '../postgres/storable.ts';

/** What an entry of the audit log says in clear about people and things. */
export interface AuditText {
  readonly id: number;
  readonly deed: AuditDeed;
  readonly reason: string | null;
  readonly about: Readonly<Record<string, unknown>>;
}

/** In the order of their ids. */
export async function scanAudit(db: Database, after: number, limit: number): Promise<readonly AuditText[]> {
  const { rows } = await sql<AuditText>`
    select id, deed, reason, about from audit_entries
    where id > ${after} and (reason is not null or about <> '{}') order by id limit ${limit}`.execute(db);
  return rows;
}

/**
 * What was said is said differently from now on; the chain still fits (migration 0025). Returns what each entry says by
 * now, as a SHA-256 in hex by its id, for the entry that tells of it.
 */
export async function redactAudit(
  tx: Database,
  entries: readonly AuditText[],
): Promise<Readonly<Record<string, string>>> {
  const left: Record<string, string> = {};
  for (const { id, reason, about } of entries) {
    const { rows } = await sql<{ says: string }>`
      update audit_entries set reason = ${reason}, about = ${toJsonb(about)}::jsonb, salt = null where id = ${id}
      returning encode(sha256(audit_private(about, reason)), 'hex') as says`.execute(tx);
    for (const { says } of rows) left[id] = says;
  }
  return left;
}
