import { readJson } from '../../contract/exact-json/read-json.ts';
import { present } from '../../contract/present.ts';
import { addTerms, termOfKey } from '../../contract/text/search-terms.ts';
import {
  deleteBlock,
  forgetTerms,
  loadPacked,
  type PackedBlock,
  replaceBlock,
  textsOfBlock,
} from '../../store/erase/blocks.ts';
import type { BlockRef, KeptEnd } from '../../store/history/block.ts';
import { unpackEnds } from '../../store/history/pack-ends.ts';
import { keepUntidied } from '../../store/history/parts.ts';
import { valuesOf } from '../../store/history/values-of.ts';
import { packTexts, type StagedRecord } from '../../store/line/batches.ts';
import type { Database } from '../../store/postgres/database.ts';
import { BlockPacking } from '../history/block-packing.ts';
import type { PersonMatcher } from './meant.ts';
import { valuesOfStaged } from './values-of-staged.ts';

/** How many records of these blocks are meant. Changes nothing. */
export async function countInBlocks(
  db: Database,
  refs: readonly BlockRef[],
  meant: PersonMatcher,
): Promise<number> {
  const blocks = await loadPacked(db, refs, 'as they are');
  return blocks.reduce((sum, block) => sum + open(block, meant).gone.length, 0);
}

/**
 * Takes records out of blocks, with what they are found by; a block that nothing is left of goes. In one transaction, in
 * which nobody makes segments of terms that are about to go. Returns how many records it was.
 */
export async function eraseInBlocks(
  db: Database,
  refs: readonly BlockRef[],
  meant: PersonMatcher,
): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    await keepUntidied(tx);
    const opened = (await loadPacked(tx, refs, 'locked')).map((block) => ({ block, ...open(block, meant) }));
    const touched = opened.filter(({ gone, isRetold }) => gone.length > 0 || isRetold);
    for (const { block, left } of touched) await keepLeft(tx, block, left);
    const merged = touched.filter(({ block }) => !block.isFresh);
    for (const [part, some] of Map.groupBy(merged, ({ block }) => block.part))
      await forgetTerms(tx, part, termsToForget(some));
    return touched.reduce((sum, { gone }) => sum + gone.length, 0);
  });
}

/** A record of a block with the texts that it is kept as. */
interface OpenRecord {
  readonly record: StagedRecord;
  readonly end: KeptEnd;
  readonly staged: string;
  /** The payload as JSON, where it was kept. */
  readonly sent: string | undefined;
}

interface OpenBlock {
  readonly gone: readonly OpenRecord[];
  readonly left: readonly OpenRecord[];
  /** Records of others, of which only what was said names the person: they stay, and say it differently. */
  readonly isRetold: boolean;
}

function open(block: PackedBlock, meant: PersonMatcher): OpenBlock {
  const isGone = ({ record, end, sent }: OpenRecord) => {
    const given = sent === undefined ? undefined : readJson(sent).value;
    return meant.isRecord(
      block.flow,
      record.key,
      ...valuesOfStaged(record),
      given,
      end.targetId,
      end.missing,
    );
  };
  const { gone = [], left: before = [] } = Object.groupBy(recordsOf(block), (each) =>
    isGone(each) ? 'gone' : 'left',
  );
  const left = before.map((each) => {
    const end = retell(each.end, meant);
    return end === undefined ? each : { ...each, end };
  });
  return { gone, left, isRetold: left.some((each, nth) => each !== before[nth]) };
}

function retell(end: KeptEnd, meant: PersonMatcher): KeptEnd | undefined {
  const fault = end.fault && meant.redactMembers(end.fault, ['message', 'answer', 'about']);
  const told = meant.redactMembers(end, ['reason', 'patch']);
  return fault === undefined && told === undefined ? undefined : { ...end, ...told, ...(fault && { fault }) };
}

function recordsOf(block: PackedBlock): readonly OpenRecord[] {
  const count = unpackEnds(block.ends, []).length;
  const { staged, given } = textsOfBlock(block, count);
  const records = Array.from(
    { length: count },
    (_none, place) => JSON.parse(present(staged.get(place), 'a record of a block')) as StagedRecord,
  );
  const ends = unpackEnds(
    block.ends,
    records.map(({ key }) => key),
  );
  return records.map((record, place) => ({
    record,
    end: present(ends[place], 'what became of a kept record'),
    staged: present(staged.get(place), 'a record of a block'),
    sent: given.get(place) === 'null' ? undefined : given.get(place),
  }));
}

async function keepLeft(tx: Database, block: PackedBlock, left: readonly OpenRecord[]): Promise<void> {
  if (left.length === 0) {
    await deleteBlock(tx, block);
    return;
  }
  const packing = new BlockPacking();
  for (const { record, end, sent } of left) packing.add(record, end, sent);
  await replaceBlock(tx, block, {
    ...packing.pack(),
    payload: packTexts(
      'records',
      left.map(({ staged }) => staged),
    ),
  });
}

/** Terms of what is gone that nothing of its block has any more, each with the ids of such blocks. */
function termsToForget(
  blocks: readonly (Omit<OpenBlock, 'isRetold'> & { readonly block: BlockRef })[],
): ReadonlyMap<number, ReadonlySet<number>> {
  const gone = new Map<number, Set<number>>();
  for (const { block, ...opened } of blocks) {
    const left = termsOf(opened.left);
    for (const term of termsOf(opened.gone)) {
      if (left.has(term)) continue;
      const ids = gone.get(term) ?? new Set();
      gone.set(term, ids.add(block.id));
    }
  }
  return gone;
}

/** As `BlockPacking` adds them. */
function termsOf(records: readonly OpenRecord[]): ReadonlySet<number> {
  const terms = new Set<number>();
  for (const { record, end, sent } of records) {
    const { key, native } = record;
    addTerms(end.stage === 'read' ? valuesOf(native) : native, terms);
    if (sent !== undefined) addTerms(readJson(sent).value, terms);
    for (const name of [key, end.targetId]) if (name) terms.add(termOfKey(name));
  }
  return terms;
}
