import { termOf, termOfKey } from '../../contract/text/search-terms.ts';
import type { Database } from '../postgres/database.ts';
import type { BlockRef, KeptBlock, KeptRecord } from './block.ts';
import { findBlocks } from './find-blocks.ts';
import { loadMatching } from './load-blocks.ts';

/** A record that came out of a step, with where and when that was. */
export interface KeptStep extends KeptRecord {
  readonly flow: string;
  readonly runId: number;
  readonly readAt?: Date;
  readonly at: Date;
  /** Of its block: a larger one was written down later. */
  readonly block: number;
}

export interface StepSearch {
  readonly text: string;
  /** Of this flow only; absent: of any. */
  readonly flow?: string;
  /** Blocks that are looked into, the newest first. */
  readonly maxBlocks: number;
  /** Asked after some blocks: need no more be looked into? */
  readonly isEnough: (steps: readonly KeptStep[]) => boolean;
}

export interface FoundSteps {
  /** The newest first. */
  readonly steps: readonly KeptStep[];
  /** What is older than this was not looked at; absent: there is no more. */
  readonly cutAt?: Date;
}

/** Blocks in memory at once. */
const atOnce = 20;

/** Steps of records that say just this text: as their key, as their id at the target, or as one of their values. */
export async function findSteps(
  db: Database,
  { text, flow, maxBlocks, isEnough }: StepSearch,
): Promise<FoundSteps> {
  const term = termOfKey(text);
  const steps: KeptStep[] = [];
  let before: BlockRef | undefined;
  let cutAt: Date | undefined;
  for (let looked = atOnce; ; looked += atOnce) {
    const search = { terms: [term], limit: atOnce, ...(before && { before }) };
    const refs = await findBlocks(db, search);
    const blocks = await loadMatching(db, refs, { text, flow });
    steps.push(...blocks.flatMap(stepsOf));
    before = refs.at(-1);
    cutAt = blocks.at(-1)?.at ?? cutAt;
    if (refs.length < atOnce) return { steps };
    if (looked >= maxBlocks || isEnough(steps)) return { steps, ...(cutAt && { cutAt }) };
  }
}

function stepsOf({ records, flow, runId, readAt, at, id }: KeptBlock): readonly KeptStep[] {
  return records.map((record) => ({ ...record, flow, runId, at, block: id, ...(readAt && { readAt }) }));
}

/**
 * Are records found by such a value? By one that is too short or too long, an address of a page, or a moment in time, only
 * those are that have it for their key or their id at the target.
 */
export function isSearchable(text: string): boolean {
  return termOf(text) !== undefined;
}
