import type { RunNotes } from '../../store/run-notes.ts';
import type { Passed } from '../pass-record.ts';
import { intersectionOf } from './batch-tally.ts';

/** Gathers within one process what a run keeps of the leaves of its mapping. */
export interface PassedWatch {
  add(passed: readonly Passed[]): void;
  notes(reading?: RunNotes['reading']): RunNotes;
}

export function watchPassed(): PassedWatch {
  let mapped = 0;
  let silent: readonly string[] | undefined;
  return {
    add(passed) {
      const lists = passed.flatMap((each) => (each.silent === undefined ? [] : [each.silent]));
      if (lists.length === 0) return;
      mapped += lists.length;
      silent = intersectionOf(silent === undefined ? lists : [silent, ...lists]);
    },
    notes: (reading) => ({
      mapped,
      silent: silent ?? [],
      unordered: { records: 0, form: undefined },
      reading,
    }),
  };
}
