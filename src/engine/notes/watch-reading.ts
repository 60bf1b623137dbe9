import type { CursorTrouble, Page } from '../../contract/connector.ts';
import { toFault } from '../../contract/fault.ts';
import { formOf } from '../../contract/text/form-of.ts';
import { type ReadingNotes, saveReadingNotes } from '../../store/runs/run-notes.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { Engine } from '../engine.ts';
import { isOrderable } from '../line/decide/compare-versions.ts';

/** Counts what is reported of a reading beside its records. */
export interface ReadingWatch {
  seePage(page: Page): void;
  /** A record that has a key. */
  seeRecord(version: string | undefined): void;
  /** Nothing, where there is nothing to tell. */
  notes(): ReadingNotes | undefined;
}

export function watchReading({ source }: Pick<Plan, 'source'>): ReadingWatch {
  const hasVersion = source.resource.versionOf !== undefined;
  let records = 0;
  let identified = 0;
  let withoutVersion = 0;
  let unordered: { readonly records: number; readonly form: string } | undefined;
  let trouble: CursorTrouble = { nothing: 0, unordered: 0 };
  return {
    seePage(page) {
      records += page.records.length;
      if (page.cursorTrouble) trouble = add(trouble, page.cursorTrouble);
    },
    seeRecord(version) {
      identified += 1;
      if (version === undefined) withoutVersion += 1;
      else if (!isOrderable(version, source.timezone))
        unordered = {
          records: (unordered?.records ?? 0) + 1,
          form: unordered?.form ?? formOf(version),
        };
    },
    notes() {
      const noVersion = hasVersion && identified > 0 && withoutVersion === identified;
      const isTroubled = trouble.unordered > 0 || trouble.failed !== undefined || trouble.nothing === records;
      const noCursor = records > 0 && isTroubled;
      if (!noVersion && !noCursor && unordered === undefined) return undefined;
      return {
        records,
        ...(noVersion && { withoutVersion }),
        ...(unordered && { unordered }),
        ...(noCursor && { cursor: trouble }),
      };
    },
  };
}

function add(left: CursorTrouble, right: CursorTrouble): CursorTrouble {
  const form = left.form ?? right.form;
  const failed = left.failed ?? right.failed;
  return {
    nothing: left.nothing + right.nothing,
    unordered: left.unordered + right.unordered,
    ...(form !== undefined && { form }),
    ...(failed && {
      failed: { ...failed, records: (left.failed?.records ?? 0) + (right.failed?.records ?? 0) },
    }),
  };
}

/** It never fails: what is reported of a run does not hold it up. */
export async function keepReadingNotes(
  engine: Engine,
  { id, flow }: { readonly id: number; readonly flow: string },
  watch: ReadingWatch,
): Promise<void> {
  const notes = watch.notes();
  if (notes === undefined) return;
  try {
    await saveReadingNotes(engine.db, id, notes);
  } catch (thrown) {
    engine.log.notesLost({ flow, runId: id }, toFault(thrown));
  }
}
