import { formOf } from '../../contract/text/form-of.ts';
import type { RunNotes } from '../../store/runs/run-notes.ts';
import type { PassResult } from '../line/pass-record.ts';
import { intersectionOf } from './batch-tally.ts';

/** Gathers within one process what a run keeps of the leaves of its mapping. */
export interface PassedWatch {
  add(passed: readonly PassResult[]): void;
  /** Nobody can tell whether this version is newer than the one that was delivered before. */
  seeUnordered(version: string): void;
  notes(reading?: RunNotes['reading']): RunNotes;
}

export function watchPassed(): PassedWatch {
  let mapped = 0;
  let silent: readonly string[] | undefined;
  let unordered: RunNotes['unordered'] = { records: 0, form: undefined };
  return {
    add(passed) {
      const lists = passed.flatMap((each) => (each.silent === undefined ? [] : [each.silent]));
      if (lists.length === 0) return;
      mapped += lists.length;
      silent = intersectionOf(silent === undefined ? lists : [silent, ...lists]);
    },
    seeUnordered(version) {
      unordered = { records: unordered.records + 1, form: unordered.form ?? formOf(version) };
    },
    notes: (reading) => ({
      mapped,
      silent: silent ?? [],
      unordered,
      reading,
    }),
  };
}
