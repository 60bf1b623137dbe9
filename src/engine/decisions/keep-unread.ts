import type { Fault } from '../../contract/fault.ts';
import { type KeptLetter, keepErrors } from '../../store/errors/keep-errors.ts';
import { keepBlocks } from '../../store/history/keep-blocks.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { CountDelta } from '../../store/runs/counts.ts';
import { toBlocks } from '../history/to-history.ts';
import { toUnreadStep } from '../history/to-unread-step.ts';
import { findDecided } from './find-decided.ts';
import { sourceOfText } from './source-of.ts';

/** The dead letter of what could not be read, or has no key. `raw`: what can be shown of it. */
export function toUnread(
  runId: number,
  { code, message, at, about, answer }: Fault,
  raw: string,
): KeptLetter {
  const source = sourceOfText(raw, message);
  const said = { code, message, at, about, answer };
  return { runId, record: undefined, raw, stage: 'read', ...said, attempts: 1, source, replaces: false };
}

/**
 * Keeps what could not be read, and says how it counts. What a person has settled is not reported again, and what is an
 * open error already is no new failure: it is the same text.
 */
export async function keepUnread(
  tx: Database,
  flow: string,
  letters: readonly KeptLetter[],
): Promise<CountDelta> {
  const decided = await findDecided(
    tx,
    flow,
    letters.map(({ record, source }) => ({ key: record?.key ?? '', source })),
  );
  const undecided = letters.filter((_letter, index) => decided[index] === undefined);
  const known = await keepErrors(tx, flow, undecided);
  const again = known.size;
  // What is as it was before is no step: a source may give it in every run.
  const fresh = undecided.filter((_letter, index) => !known.has(index));
  await keepBlocks(tx, flow, toBlocks(fresh.map(toUnreadStep)));
  const discarded = decided.filter((each) => each?.kind === 'discarded').length;
  const resolved = letters.length - undecided.length - discarded;
  return {
    failed: undecided.length - again,
    unchanged: again + resolved,
    stillOpen: again,
    filtered: discarded,
  };
}
