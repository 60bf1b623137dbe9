import { Fault } from '../../../src/contract/fault.ts';
import { isJsonObject } from '../../../src/contract/json.ts';
import type { FoundFile, FoundFiles } from './find-files.ts';
import { modifiedMsOf } from './identity.ts';

/** With `archive: false` every file that was ever taken is named in the cursor, as long as it lies there. */
const maxFiles = 10_000;

/** What a cursor or `--until` says: which files were taken, or a moment. */
export type Mark = { readonly taken: Readonly<Record<string, string>> } | { readonly atMs: number };

/**
 * A cursor is `{"orders-1.csv":"1767225600000:4711"}`: names and identities of files already taken. A date or
 * time (`--since`, `--until`) stands for the files last changed then or later (earlier).
 */
export function parseMark(text: string): Mark {
  // The engine gives RFC 3339; a time without a zone is UTC, and never the machine's.
  const isBare = /^\d{4}-\d\d-\d\d[T ][\d:.]+$/.test(text);
  const atMs = /^\d{4}-\d\d/.test(text) ? Date.parse(isBare ? `${text}Z` : text) : Number.NaN;
  if (!Number.isNaN(atMs)) return { atMs };
  try {
    const taken: unknown = JSON.parse(text);
    if (isJsonObject(taken)) {
      return {
        taken: Object.fromEntries(Object.entries(taken).map(([name, identity]) => [name, String(identity)])),
      };
    }
  } catch {
    // Said below.
  }
  const expected = 'expected a date, or an object of file names and "mtime:size"';
  throw new Fault(
    'TL_SOURCE_REJECTED',
    `the cursor cannot be read: ${expected}; a full run begins without it`,
  );
}

/** Leaves out what the cursor says was taken already, and what lies outside the time asked for. */
export function selectFiles(
  found: FoundFiles,
  cursor: Mark | undefined,
  until: Mark | undefined,
): readonly FoundFile[] {
  return found.ready.filter((file) => {
    const modifiedMs = modifiedMsOf(file.identity);
    if (until !== undefined && 'atMs' in until && modifiedMs > until.atMs) return false;
    if (cursor === undefined) return true;
    return 'atMs' in cursor ? modifiedMs >= cursor.atMs : cursor.taken[file.name] !== file.identity;
  });
}

/** Collects the files taken in this read, over those of the cursor that are still there. */
export function createCursor(found: FoundFiles, cursor: Mark | undefined) {
  const taken = new Map(takenBefore(found, cursor).filter(([name]) => found.names.has(name)));
  return {
    add(file: FoundFile): void {
      taken.set(file.name, file.identity);
      if (taken.size <= maxFiles) return;
      const problem = `more than ${maxFiles} files lie in the folder and \`archive\` is false: let them be archived, or move old ones away`;
      throw new Fault('TL_CONNECTION_CONFIG', problem);
    },
    text: (): string => JSON.stringify(Object.fromEntries(taken)),
  };
}

/** A run that began at a moment is not interested in the files before it, and neither is the next one. */
function takenBefore(found: FoundFiles, cursor: Mark | undefined): readonly (readonly [string, string])[] {
  if (cursor === undefined) return [];
  if ('taken' in cursor) return Object.entries(cursor.taken);
  const older = found.ready.filter((file) => modifiedMsOf(file.identity) < cursor.atMs);
  return older.map((file) => [file.name, file.identity]);
}
