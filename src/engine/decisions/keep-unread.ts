import type { Fault } from '../../contract/fault.ts';
import { type KeptLetter, keepErrors } from '../../store/errors/keep-errors.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { CountDelta } from '../../store/runs/counts.ts';
import { findDecided } from './find-decided.ts';
import { sourceOfText } from './source-of.ts';

/** The dead letter of what could not be read, or has no key. `raw`: what can be shown of it. */
export function toUnread(runId: number, { code, message, at, answer }: Fault, raw: string): KeptLetter {
  const source = sourceOfText(raw, message);
  const said = { code, message, at, answer };
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
  const again = (await keepErrors(tx, flow, undecided)).size;
  const discarded = decided.filter((each) => each?.kind === 'discarded').length;
  const resolved = letters.length - undecided.length - discarded;
  return {
    failed: undecided.length - again,
    unchanged: again + resolved,
    stillOpen: again,
    filtered: discarded,
  };
}
