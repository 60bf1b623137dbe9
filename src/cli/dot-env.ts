import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { Fault } from '../contract/fault.ts';

/**
 * The variables of a workspace's `.env`, none where there is no such file. Values are for nobody's eyes: a message about
 * the file never holds any of it. Throws a Fault TL_ARGUMENT_INVALID where it is there and cannot be read.
 */
export async function readDotEnv(dir: string): Promise<Readonly<Record<string, string | undefined>>> {
  try {
    return parseEnv(await readFile(join(dir, '.env'), 'utf8'));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return {};
    const reason = code === 'EISDIR' ? 'it is a folder' : `${code ?? 'it is no text'}`;
    throw new Fault('TL_ARGUMENT_INVALID', `${join(dir, '.env')} cannot be read: ${reason}`, { cause });
  }
}
