import { keepAuditEntry } from '../../store/audit/keep-entry.ts';
import { type AuditText, redactAudit, scanAudit } from '../../store/erase/audited.ts';
import type { Database } from '../../store/postgres/database.ts';
import { erasedMark, type PersonMatcher } from './meant.ts';

export interface AuditToErase {
  readonly meant: PersonMatcher;
  /** Errors whose record is erased: what was noted about them alone is about the person. */
  readonly errors: ReadonlySet<number>;
}

const entriesAtOnce = 1_000;

/** How many entries say something of the person. Changes nothing. */
export async function countAudited(db: Database, wish: AuditToErase): Promise<number> {
  let count = 0;
  for await (const entries of findAudited(db, wish)) count += entries.length;
  return count;
}

/**
 * Takes the person out of what entries of the audit log say. Who has decided what and when stays, and so does the chain;
 * an entry of this erasure says which it has changed. Returns how many it was.
 */
export async function eraseAudited(db: Database, wish: AuditToErase, by: string): Promise<number> {
  let count = 0;
  for await (const entries of findAudited(db, wish)) {
    if (entries.length === 0) continue;
    count += entries.length;
    await db.transaction().execute(async (tx) => {
      const redacted = await redactAudit(tx, entries);
      await keepAuditEntry(tx, { deed: 'erase', by, count: entries.length, about: { redacted } });
    });
  }
  return count;
}

async function* findAudited(db: Database, wish: AuditToErase): AsyncGenerator<readonly AuditText[]> {
  for (let after = 0; ; ) {
    const entries = await scanAudit(db, after, entriesAtOnce);
    yield entries.flatMap((entry) => redactEntry(entry, wish));
    const last = entries.at(-1);
    if (last === undefined || entries.length < entriesAtOnce) return;
    after = last.id;
  }
}

function redactEntry(entry: AuditText, { meant, errors }: AuditToErase): readonly AuditText[] {
  const { deed, reason, about } = entry;
  // What earlier erasures have left is told by hashes: nothing of it is anybody's.
  if (deed === 'erase' && about['redacted'] !== undefined) return [];
  const isNote = deed === 'comment' || deed === 'tag';
  const ids = (about['errors'] ?? []) as readonly number[];
  const isOnlyHis = isNote && ids.length > 0 && ids.every((id) => errors.has(id));
  const said = isOnlyHis && reason !== null && reason !== erasedMark ? erasedMark : meant.redact(reason);
  const left = meant.redactMembers(about);
  if (said === undefined && left === undefined) return [];
  return [{ ...entry, reason: said ?? reason, about: left ?? about }];
}
