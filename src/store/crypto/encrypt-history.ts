import { sql } from 'kysely';
import { addTerms, termOfKey } from '../../contract/text/search-terms.ts';
import type { KeptRecord } from '../history/block.ts';
import { BlockTerms } from '../history/block-terms.ts';
import { loadBlocks } from '../history/load-blocks.ts';
import { type Hindrance, tidying } from '../history/parts.ts';
import { valuesOf } from '../history/values-of.ts';
import type { Database } from '../postgres/database.ts';
import { resealWithin } from './reseal.ts';
import { isInClear, type SealedTable } from './sealed-columns.ts';

/** Blocks in memory at once. */
const atOnce = 20;

/**
 * Seals a part of history that has something in clear, whole, and makes its terms anew with the secret of the database:
 * segments hold those of many blocks, and go only once no block needs them. Returns how many blocks it were; `undefined`:
 * no part has anything in clear.
 */
export async function encryptPart(
  db: Database,
  history: SealedTable,
): Promise<number | undefined | Hindrance> {
  const isClear = sql.join(
    Object.entries(history.columns).map(([name, column]) => isInClear(name, column)),
    sql` or `,
  );
  return await tidying(db, async (tx) => {
    const { rows } = await sql<{ part: number }>`
      select part from history_parts
      where exists (select 1 from history where history.part = history_parts.part and (${isClear}))
      order by part limit 1`.execute(tx);
    const [found] = rows;
    if (found === undefined) return undefined;
    const { part } = found;
    let blocks = 0;
    for (let after = 0; ; ) {
      // Those that are in segments only, and those that are in clear.
      const next = await sql<{ id: number }>`
        select id from history where part = ${part} and id > ${after} and (terms is null or ${isClear})
        order by id limit ${atOnce}`.execute(tx);
      const last = next.rows.at(-1);
      if (last === undefined) break;
      await encryptBlocks(tx, history, { part, ids: next.rows.map(({ id }) => id) });
      blocks += next.rows.length;
      after = last.id;
    }
    await sql`delete from history_terms where part = ${part}`.execute(tx);
    return blocks;
  });
}

interface SomeBlocks {
  readonly part: number;
  readonly ids: readonly number[];
}

async function encryptBlocks(tx: Database, table: SealedTable, { part, ids }: SomeBlocks): Promise<void> {
  const isMeant = sql<boolean>`part = ${part} and id = any(${ids}::bigint[])`;
  await resealWithin(tx, { table, where: isMeant, limit: ids.length });
  for (const { id, records } of await loadBlocks(
    tx,
    ids.map((each) => ({ part, id: each })),
  )) {
    await sql`update history set terms = ${termsOf(records)} where part = ${part} and id = ${id}`.execute(tx);
  }
}

/** As they were found when they were kept. */
function termsOf(records: readonly KeptRecord[]) {
  const terms = new BlockTerms();
  for (const { record, end, sent } of records) {
    addTerms(end.stage === 'read' ? valuesOf(record.native) : record.native, terms);
    if (sent !== undefined) addTerms(sent, terms);
    for (const key of [record.key, end.targetId]) if (key) terms.add(termOfKey(key));
  }
  return terms.pack();
}
