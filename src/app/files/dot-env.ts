import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { Fault } from '../../contract/fault.ts';
import { present } from '../../contract/present.ts';

export interface DotEnv {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** What of the file says nothing, by line. */
  readonly notes: readonly string[];
}

/**
 * The variables of a workspace's `.env`, none where there is no such file. Values are for nobody's eyes: a message about
 * the file never holds any of it. Throws a Fault TL_ARGUMENT_INVALID where it is there and cannot be read.
 */
export async function readDotEnv(dir: string): Promise<DotEnv> {
  const path = join(dir, '.env');
  try {
    // With `fatal` a text in another encoding (PowerShell writes UTF-16) is not taken for one without variables.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
    if (text.includes('\0')) throw new TypeError('it is no text');
    const notes = linesWithoutVariable(text).map(({ line, why }) => `${path}:${line}: ${why}`);
    return { variables: parseEnv(text), notes };
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { variables: {}, notes: [] };
    const isText = !(cause instanceof TypeError);
    const reason = isText ? (code === 'EISDIR' ? 'it is a folder' : `${code}`) : 'expected text in UTF-8';
    throw new Fault('TL_ARGUMENT_INVALID', `${path} cannot be read: ${reason}`, { cause });
  }
}

interface LineNote {
  readonly line: number;
  readonly why: string;
}

function linesWithoutVariable(text: string): readonly LineNote[] {
  const lines = text.split('\n');
  const notes: LineNote[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = present(lines[at], 'a line').trim();
    if (line === '' || line.startsWith('#')) continue;
    const value = /^(?:export\s+)?[^=\s]+\s*=\s*(.*)$/.exec(line)?.[1];
    if (value === undefined) {
      notes.push({ line: at + 1, why: 'expected NAME=value; the line is left out' });
      continue;
    }
    const quote = /^["'`]/.exec(value)?.[0];
    if (quote === undefined || value.indexOf(quote, 1) > 0) continue;
    // A value in quotes may go on over lines.
    const end = lines.findIndex((each, index) => index > at && each.includes(quote));
    if (end < 0) notes.push({ line: at + 1, why: `the ${quote} that opens here is never closed` });
    else at = end;
  }
  return notes;
}
