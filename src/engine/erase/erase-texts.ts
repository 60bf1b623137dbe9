import {
  emptyItems,
  type PatchedItem,
  saveTexts,
  scanPatched,
  scanTexts,
  textTables,
  type WrittenRow,
} from '../../store/erase/texts.ts';
import type { Database } from '../../store/postgres/database.ts';
import { unpack } from '../../store/postgres/packed.ts';
import type { PersonMatcher } from './meant.ts';

/** Rows, by table. */
export type TextCounts = Readonly<Record<string, number>>;

/**
 * Texts in which people, systems and we ourselves have written of somebody: faults, reasons, what was asked for, tags. He
 * is taken out of them, the rest stays. Returns how many rows of each table it is about.
 *
 * @param how - `count`: changes nothing.
 */
export async function eraseTexts(
  db: Database,
  meant: PersonMatcher,
  how: 'count' | 'erase',
): Promise<TextCounts> {
  const counts: Record<string, number> = {};
  for (const table of textTables) {
    for await (const rows of scanTexts(db, table)) {
      const redacted = rows.flatMap((row) => redactRow(row, meant));
      if (redacted.length === 0) continue;
      counts[table.table] = (counts[table.table] ?? 0) + redacted.length;
      if (how === 'count') continue;
      await db.transaction().execute(async (tx) => {
        for (const row of redacted) await saveTexts(tx, table, row);
      });
    }
  }
  return counts;
}

function redactRow({ id, written }: WrittenRow, meant: PersonMatcher): readonly WrittenRow[] {
  if (!meant.mayBeIn(JSON.stringify(Object.values(written)))) return [];
  const entries = Object.entries(written).map(([name, value]) => [name, meant.redact(value)] as const);
  if (entries.every(([, value]) => value === undefined)) return [];
  return [
    {
      id,
      written: { ...written, ...Object.fromEntries(entries.filter(([, value]) => value !== undefined)) },
    },
  ];
}

/** What somebody has made of records for a set of errors, and is about him. Returns how many it is. */
export async function erasePatched(
  db: Database,
  meant: PersonMatcher,
  how: 'count' | 'erase',
): Promise<number> {
  let count = 0;
  for (let after = { bulkId: 0, errorId: 0 }; ; ) {
    const items = await scanPatched(db, after, itemsAtOnce);
    const found = items.filter((item) => isMeant(item, meant));
    count += found.length;
    if (how === 'erase' && found.length > 0) await db.transaction().execute((tx) => emptyItems(tx, found));
    const last = items.at(-1);
    if (last === undefined || items.length < itemsAtOnce) return count;
    after = { bulkId: last.bulkId, errorId: last.errorId };
  }
}

const itemsAtOnce = 200;

function isMeant({ flow, patched }: PatchedItem, meant: PersonMatcher): boolean {
  return meant.isRecord(flow, undefined, unpack('patch', patched));
}
