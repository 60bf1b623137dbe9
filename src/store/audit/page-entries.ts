import { sql } from 'kysely';
import type { AuditDeed } from '../../contract/audit-deeds.ts';
import type { Database } from '../postgres/database.ts';
import { toJsonb } from '../postgres/storable.ts';
import type { AuditSubject } from './keep-entry.ts';

/** An entry with all that it says. */
export interface ChainedEntry {
  /** In the order in which decisions were committed, from 1, without a gap. */
  readonly position: number;
  readonly id: number;
  readonly at: Date;
  /** `null`: nobody has said so. */
  readonly by: string | null;
  readonly via?: string;
  readonly deed: AuditDeed;
  readonly flow?: string;
  readonly run?: number;
  readonly count?: number;
  readonly reason?: string;
  readonly about: AuditSubject;
  /** Something that it said was erased; an entry with the deed `erase` says by whom. */
  readonly erased?: true;
  /** Over the entry and the hash before it, in hex. */
  readonly hash: string;
}

export interface EntryFilter {
  readonly by?: string | undefined;
  readonly deed?: AuditDeed | undefined;
  readonly flow?: string | undefined;
  readonly run?: number | undefined;
  /** From this moment on, and before that one. */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** Entries about all of this. */
  readonly about?: AuditSubject | undefined;
  /** Only those with a smaller id. */
  readonly before?: number | undefined;
}

/** The newest first: by id, which is the order in which they were written. */
export async function pageEntries(
  db: Database,
  filter: EntryFilter,
  limit: number,
): Promise<readonly ChainedEntry[]> {
  const { rows } = await sql<EntryRow>`
    select position::int8, id, at, by, via, deed, flow, run_id, count, reason, about, salt is null as erased,
      encode(hash, 'hex') as hash
    from audit_entries join audit_chain on entry_id = id
    where ${whereOf(filter)} order by id desc limit ${limit}`.execute(db);
  return rows.map(toEntry);
}

/** Only what is asked for is in the statement, so that each of them is planned by its index. */
function whereOf({ by, deed, flow, run, since, until, about, before }: EntryFilter) {
  const conditions = [
    sql`true`,
    ...(by === undefined ? [] : [sql`by = ${by}`]),
    ...(deed === undefined ? [] : [sql`deed = ${deed}`]),
    ...(flow === undefined ? [] : [sql`flow = ${flow}`]),
    ...(run === undefined ? [] : [sql`run_id = ${run}`]),
    ...(since === undefined ? [] : [sql`at >= ${since}`]),
    ...(until === undefined ? [] : [sql`at < ${until}`]),
    ...(about === undefined ? [] : [sql`about <> '{}' and about @> ${toJsonb(about)}::jsonb`]),
    ...(before === undefined ? [] : [sql`id < ${before}`]),
  ];
  return sql.join(conditions, sql` and `);
}

interface EntryRow {
  readonly position: number;
  readonly id: number;
  readonly at: Date;
  readonly by: string | null;
  readonly via: string | null;
  readonly deed: AuditDeed;
  readonly flow: string | null;
  readonly run_id: number | null;
  readonly count: number | null;
  readonly reason: string | null;
  readonly about: AuditSubject;
  readonly erased: boolean;
  readonly hash: string;
}

function toEntry(row: EntryRow): ChainedEntry {
  const { position, id, at, by, via, deed, flow, run_id, count, reason, about, erased, hash } = row;
  return {
    ...{ position, id, at, by },
    ...(via !== null && { via }),
    deed,
    ...(flow !== null && { flow }),
    ...(run_id !== null && { run: run_id }),
    ...(count !== null && { count }),
    ...(reason !== null && { reason }),
    about,
    ...(erased && { erased }),
    hash,
  };
}
