import { constants } from 'node:fs';
import { access, lstat, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault } from '../../contract/fault.ts';

/**
 * A folder that is there, or can be made, and may be written to. Throws a Fault TL_ARGUMENT_INVALID that names what is in
 * the way.
 */
export async function requirePlace(dir: string): Promise<void> {
  const there = await nearest(dir);
  const found = await stat(there).catch(() => undefined);
  if (found === undefined) throw refuse(`${there} is a link to something that is not there`);
  if (!found.isDirectory()) throw refuse(`${there} is not a folder`);
  await access(there, constants.W_OK | constants.X_OK).catch((cause: NodeJS.ErrnoException) => {
    throw refuse(`nothing can be written in ${there} (${cause.code})`, cause);
  });
}

/** The path itself where something is there, else the first one above it. */
async function nearest(path: string): Promise<string> {
  const above = dirname(path);
  if (above === path || (await lstat(path).catch(() => undefined)) !== undefined) return path;
  return await nearest(above);
}

function refuse(message: string, cause?: Error): Fault {
  return new Fault('TL_ARGUMENT_INVALID', `expected a folder for the workspace: ${message}`, { cause });
}
