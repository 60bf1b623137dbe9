import { sql } from 'kysely';
import { BlockPacking } from '../../../src/engine/history/block-packing.ts';
import { type TidyDeeds, tidyHistory } from '../../../src/engine/history/tidy-history.ts';
import { insertBlocks, type NewBlock } from '../../../src/store/history/keep-blocks.ts';
import { packTexts, type StagedRecord } from '../../../src/store/line/batches.ts';
import type { Database } from '../../../src/store/postgres/database.ts';
import { targetIdOf, toOrder, toPrice } from './records.ts';

/** History as an engine would have written it: who delivered what, in blocks of the size that batches have. */
export interface Filling {
  /** A fifth of them orders, 100 a block; the others prices, 500 a block. */
  readonly records: number;
  readonly orders: string;
  readonly prices: string;
  readonly runId: number;
  /** Called after each that has done something, with the CPU seconds it took. */
  readonly onTidied?: (deeds: TidyDeeds, cpuSeconds: number) => void;
}

const limits = { maxAgeMs: 30 * 86_400_000, maxBytes: 5e9 };

/** Returns how many orders there are: they are numbered from 1. Tidied up on the way, as beside an engine. */
export async function fillHistory(db: Database, filling: Filling): Promise<number> {
  const { orders, prices, runId } = filling;
  let [order, price] = [0, 0];
  while (order + price < filling.records) {
    const some = Array.from({ length: 10 }, () => pack(runId, 100, () => toOrder(++order)));
    const others = Array.from({ length: 8 }, () => pack(runId, 500, () => toPrice(++price)));
    await insert(db, orders, some);
    await insert(db, prices, others);
    if ((order + price) % 100_000 === 0) await tidy(db, filling);
  }
  await tidy(db, filling);
  return order;
}

function pack(runId: number, records: number, next: () => StagedRecord): NewBlock {
  const block = new BlockPacking();
  const texts: string[] = [];
  for (let nth = 0; nth < records; nth++) {
    const record = next();
    const fingerprint = '0123456789abcdef';
    const targetId = record.version === undefined ? record.key : targetIdOf(Number(record.version.slice(1)));
    block.add(record, { outcome: 'delivered', did: 'create', fingerprint, targetId });
    texts.push(JSON.stringify(record));
  }
  return { runId, payload: packTexts('records', texts), ...block.pack() };
}

let lane = 0;

async function insert(db: Database, flow: string, blocks: readonly NewBlock[]): Promise<void> {
  lane = (lane + 1) % 16;
  await sql`${insertBlocks({ flow, lane }, blocks, sql`true`)}`.execute(db);
}

async function tidy(db: Database, { onTidied }: Filling): Promise<void> {
  const before = process.cpuUsage();
  const deeds = await tidyHistory(db, limits, new AbortController().signal);
  const { user, system } = process.cpuUsage(before);
  if (deeds.segments > 0 || deeds.begun !== undefined) onTidied?.(deeds, (user + system) / 1e6);
}
