import type { CursorTrouble } from '../../contract/connector.ts';
import { counted } from '../../contract/text/counted.ts';
import type { RunNotes } from '../../store/runs/run-notes.ts';

/** Something that is right as far as anybody can tell, and yet may be a mistake: reported, with the exit code unchanged. */
export interface Note {
  /** `map.status`, `cursor`, `version`. */
  readonly about: string;
  /** Records that it is true of, and records that were looked at. */
  readonly records: number;
  readonly of: number;
  readonly message: string;
}

export function toNotes({ mapped, silent, unordered, reading }: RunNotes): readonly Note[] {
  // What was read says the same of more records.
  const ordering = reading?.unordered === undefined ? orderNotes(unordered) : [];
  return [...silentNotes(silent, mapped), ...ordering, ...readingNotes(reading)];
}

/** Leaves of a mapping that gave nothing for any record. */
export function silentNotes(silent: readonly string[], mapped: number): readonly Note[] {
  if (mapped === 0) return [];
  return silent.map((about) => gaveNothing(about, about, mapped));
}

function gaveNothing(about: string, what: string, records: number, more = ''): Note {
  return {
    about,
    records,
    of: records,
    message: `${what} gave nothing for ${records} of ${counted(records, 'record')}${more}`,
  };
}

function orderNotes({ records, form }: RunNotes['unordered']): readonly Note[] {
  if (records === 0) return [];
  const message =
    `${counted(records, 'record')} went on in the order of reading, as nobody can tell which of two versions written as ` +
    `"${form ?? ''}" is newer: say how they are written, version: { value: …, format: … }`;
  return [{ about: 'version', records, of: records, message }];
}

function readingNotes(reading: RunNotes['reading']): readonly Note[] {
  if (reading === undefined) return [];
  const { records, withoutVersion, unordered: versions, cursor } = reading;
  const notes: Note[] = [];
  if (withoutVersion !== undefined)
    notes.push(
      gaveNothing('version', 'the version', withoutVersion, ': an older state may overwrite a newer one'),
    );
  if (versions !== undefined) {
    const message =
      `the version of ${versions.records} of ${counted(records, 'record')} is written as "${versions.form}", which has no ` +
      'order: nobody can tell whether a state is newer, so they go on in the order of reading; say how it is written, ' +
      'version: { value: …, format: … }';
    notes.push({ about: 'version', records: versions.records, of: records, message });
  }
  return cursor === undefined ? notes : [...notes, ...cursorNotes(cursor, records)];
}

function cursorNotes({ nothing, unordered, form, failed }: CursorTrouble, records: number): readonly Note[] {
  const notes: Note[] = [];
  if (nothing === records && failed === undefined)
    notes.push(gaveNothing('cursor', 'the cursor', records, ': every run reads them again'));
  if (failed !== undefined) {
    const message =
      `the cursor failed on ${failed.records} of ${counted(records, 'record')}, and moves nothing there: every run ` +
      `reads them again; ${failed.message}`;
    notes.push({ about: 'cursor', records: failed.records, of: records, message });
  }
  if (unordered > 0) {
    const message =
      `the cursor of ${unordered} of ${counted(records, 'record')} is written as "${form ?? ''}", which has no order, and ` +
      'moves nothing: every run reads them again; $date(…, "dd.MM.yyyy") makes a time of a text';
    notes.push({ about: 'cursor', records: unordered, of: records, message });
  }
  return notes;
}
