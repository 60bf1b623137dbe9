import type { RunNotes } from '../../store/run-notes.ts';
import { counted } from './print.ts';

/** Something that is right as far as anybody can tell, and yet may be a mistake: told, with the exit code unchanged. */
export interface Note {
  /** `map.status`, `cursor`, `version`. */
  readonly about: string;
  /** Records that it is true of, and records that were looked at. */
  readonly records: number;
  readonly of: number;
  readonly message: string;
}

export function toNotes({ mapped, silent, unordered, reading }: RunNotes): readonly Note[] {
  return [...silentNotes(silent, mapped), ...orderNotes(unordered), ...readingNotes(reading)];
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
  const { records, withoutVersion, cursor } = reading;
  const notes: Note[] = [];
  if (withoutVersion !== undefined)
    notes.push(
      gaveNothing('version', 'the version', withoutVersion, ': an older state may overwrite a newer one'),
    );
  if (cursor === undefined) return notes;
  const { nothing, unordered, form } = cursor;
  if (nothing === records)
    notes.push(gaveNothing('cursor', 'the cursor', records, ': every run reads them again'));
  if (unordered > 0) {
    const message =
      `the cursor of ${unordered} of ${counted(records, 'record')} is written as "${form ?? ''}", which has no order, and ` +
      'moves nothing: every run reads them again; $date(…, "dd.MM.yyyy") makes a time of a text';
    notes.push({ about: 'cursor', records: unordered, of: records, message });
  }
  return notes;
}
