import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Fault } from '../../contract/fault.ts';
import type { Env } from '../../workspace/workspace.ts';

/** Variables whose values are secrets: each may stand in a file instead, which `NAME_FILE` names. */
export const secretVariables = ['DATABASE_URL', 'REDIS_URL', 'TRADELANE_TOKEN'] as const;

/**
 * What the files say that `DATABASE_URL_FILE` and its like name, as containers are given secrets: an environment is seen
 * by whoever may look at a process. The `_FILE` is taken out with it. Throws a Fault TL_ARGUMENT_INVALID where a file
 * cannot be read, says nothing, or the value is there as well; what a file holds is in no message.
 *
 * @param dir - where paths begin that are not absolute.
 */
export async function readSecretFiles(
  env: Env,
  dir: string,
): Promise<Readonly<Record<string, string | undefined>>> {
  const read = secretVariables.map(async (name) => {
    const path = env[`${name}_FILE`];
    if (!path) return {};
    if (env[name]) throw refuse(`${name} and ${name}_FILE are set: expected one of them`);
    return { [name]: await readSecret(`${name}_FILE`, resolve(dir, path)), [`${name}_FILE`]: undefined };
  });
  return Object.assign({}, ...(await Promise.all(read)));
}

async function readSecret(variable: string, path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EISDIR' ? 'it is a folder' : String(cause.code);
    throw refuse(`${variable}: the file ${path} cannot be read: ${why}`, cause);
  });
  // Files end with the line break that an editor put there.
  const value = text.replace(/\r?\n$/, '');
  if (value.trim() === '') throw refuse(`${variable}: the file ${path} is empty`);
  return value;
}

function refuse(message: string, cause?: unknown): Fault {
  return new Fault('TL_ARGUMENT_INVALID', message, { cause });
}
