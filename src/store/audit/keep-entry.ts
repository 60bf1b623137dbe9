import { sql } from 'kysely';
import type { AuditDeed } from '../../contract/audit-deeds.ts';
import { toPlainText } from '../../contract/text/plain-text.ts';
import type { XrefScope } from '../line/key-spaces.ts';
import type { Database } from '../postgres/database.ts';
import { toJsonb } from '../postgres/storable.ts';
import { currentVia } from './via.ts';

/** What it is about, by ids and keys; never a payload. */
export interface AuditSubject {
  readonly errors?: readonly number[];
  readonly causes?: readonly number[];
  readonly drifts?: readonly number[];
  readonly lane?: number;
  /** Of a replay: under the flow as it was when its records failed. */
  readonly flowOf?: 'now' | 'then';
  /** Of a replay: what had been sent was sent once more. */
  readonly from?: 'start' | 'stage';
  /** A frozen set of errors. */
  readonly bulk?: number;
  /** Keys of records; with `scope`, of what they are known by between two systems. */
  readonly keys?: readonly string[];
  readonly scope?: XrefScope;
  /** What is neither a flow nor a record: a user, a token, a connection, a setting, a key of encryption. */
  readonly name?: string;
  /** What else there is to know: what it was and what it is now. Never a credential. */
  readonly details?: AuditDetails;
  /** Of an erasure: what entries say by now of which something was erased, each by its id as a SHA-256 in hex. */
  readonly redacted?: Readonly<Record<string, string>>;
}

export type AuditDetails = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export interface NewAuditEntry {
  readonly deed: AuditDeed;
  /** Absent: nobody said so. */
  readonly by: string | undefined;
  readonly flow?: string | undefined;
  readonly runId?: number;
  /** How many it has reached. */
  readonly count?: number;
  readonly reason?: string | undefined;
  readonly about?: AuditSubject;
}

/**
 * To be called in the transaction of what was decided: there is no one without the other. What is about very many is
 * several entries, each with its part: one of them is found, and read, by any of its ids. The database seals each of
 * them, and puts it at the end of the chain as the transaction ends (migration 0025).
 */
export async function keepAuditEntry(tx: Database, entry: NewAuditEntry): Promise<void> {
  for (const part of divide(entry)) await insert(tx, part);
}

async function insert(tx: Database, entry: NewAuditEntry): Promise<void> {
  const { deed, by, flow = null, runId = null, count = null, reason, about = {} } = entry;
  await sql`
    insert into audit_entries (deed, by, via, flow, run_id, count, reason, about)
    values (${deed}, ${textOf(by)}, ${textOf(currentVia())}, ${flow}, ${runId}, ${count}, ${textOf(reason)},
            ${toJsonb(about)}::jsonb)
  `.execute(tx);
}

/** So many errors, drifts or keys has one entry. */
const most = 1_000;

function divide(entry: NewAuditEntry): readonly NewAuditEntry[] {
  const { about = {} } = entry;
  const name = (['errors', 'causes', 'drifts', 'keys'] as const).find(
    (each) => (about[each]?.length ?? 0) > most,
  );
  if (name === undefined) return [entry];
  const all = about[name] ?? [];
  return Array.from({ length: Math.ceil(all.length / most) }, (_, nth) => {
    const some = all.slice(nth * most, (nth + 1) * most);
    return { ...entry, count: some.length, about: { ...about, [name]: some } };
  });
}

function textOf(text: string | undefined): string | null {
  return text === undefined ? null : toPlainText(text);
}
