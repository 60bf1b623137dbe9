import { listChanges, type MemberChange } from '../../engine/patch/list-changes.ts';
import type { DecidedRecord, Decision } from '../../store/errors/decisions.ts';
import type { DeadLetter } from '../../store/errors/errors.ts';

/** An error with what people have decided about its record. */
export type ListedError = DeadLetter & { readonly decisions?: readonly ToldDecision[] };

export type ToldChange = Pick<MemberChange, 'path' | 'before' | 'after'>;

export type ToldDecision = Omit<Decision, 'key' | 'source' | 'errorId' | 'id'> & {
  readonly changes?: readonly ToldChange[];
};

/** What was decided, with what a patch has changed. */
export function tellDecision(decision: Decision & DecidedRecord): ToldDecision {
  const { id: _id, key: _key, source: _source, errorId: _error, original, patched, ...told } = decision;
  if (patched === undefined) return told;
  return {
    ...told,
    changes: listChanges(original, patched).map(({ beside: _beside, name: _name, ...change }) => change),
  };
}
