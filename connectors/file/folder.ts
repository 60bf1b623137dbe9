import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { ConnectionSettings } from '../../src/contract/connector.ts';
import { Fault } from '../../src/contract/fault.ts';
import { fileDefaults } from './schemas.ts';
import { requireDuration } from './units.ts';

/** The folder of one connection, as configured. */
export interface Folder {
  readonly connection: string;
  /** Absolute; not yet known to exist. */
  readonly path: string;
  /** Absolute; `undefined`: taken files stay where they are. */
  readonly archive: string | undefined;
  readonly settleMs: number;
}

export function compileFolder(connection: ConnectionSettings): Folder {
  const { path, archive, settle } = connection.config;
  if (typeof path !== 'string') {
    throw new Fault('TL_CONNECTION_CONFIG', `connection ${connection.name}: config.path must name a folder`);
  }
  const absolute = resolve(connection.workspaceDir, path);
  const archivePath = resolve(absolute, typeof archive === 'string' ? archive : fileDefaults.archive);
  if (isInside(archivePath, absolute)) {
    const expected = 'config.archive must not be or contain config.path';
    throw new Fault('TL_CONNECTION_CONFIG', `connection ${connection.name}: ${expected}, got ${archivePath}`);
  }
  return {
    connection: connection.name,
    path: absolute,
    archive: archive === false ? undefined : archivePath,
    settleMs: requireDuration(typeof settle === 'string' ? settle : fileDefaults.settle, 'config.settle'),
  };
}

/** The folder's real path, symlinks resolved. Throws TL_CONNECTION_CONFIG if it can't be used. */
export async function openFolder(folder: Folder, need: 'read' | 'write'): Promise<string> {
  const who = `connection ${folder.connection}: folder ${folder.path}`;
  try {
    const real = await realpath(folder.path);
    if (!(await stat(real)).isDirectory()) throw new Fault('TL_CONNECTION_CONFIG', `${who} is not a folder`);
    await access(
      real,
      need === 'write' ? constants.R_OK | constants.W_OK | constants.X_OK : constants.R_OK | constants.X_OK,
    );
    return real;
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    if (isErrno(cause, 'ENOENT')) throw new Fault('TL_CONNECTION_CONFIG', `${who} does not exist`, { cause });
    if (isErrno(cause, 'EACCES', 'EPERM', 'EROFS')) {
      throw new Fault('TL_CONNECTION_CONFIG', `${who} does not allow to ${need}`, { cause });
    }
    throw toFileFault(cause, folder.path, 'TL_CONNECTION_CONFIG');
  }
}

/** Does `path` lie in `folder`, or is it the folder itself? Both absolute. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

export function isErrno(thrown: unknown, ...codes: readonly string[]): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && 'code' in thrown && codes.includes(String(thrown.code));
}

/** Permissions and missing folders get `code`; a disk or a share that doesn't answer is retried. */
export function toFileFault(
  thrown: unknown,
  file: string,
  code: 'TL_SOURCE_UNREADABLE' | 'TL_CONNECTION_CONFIG',
): unknown {
  if (thrown instanceof Fault || !(thrown instanceof Error) || !('syscall' in thrown)) return thrown;
  const lasting = isErrno(
    thrown,
    'EACCES',
    'EPERM',
    'EROFS',
    'ENOENT',
    'ENOTDIR',
    'EISDIR',
    'ELOOP',
    'ENAMETOOLONG',
  );
  const reason = `${file}: ${String(thrown.syscall)} failed with ${'code' in thrown ? String(thrown.code) : 'no code'}`;
  return new Fault(lasting ? code : 'TL_SYSTEM_UNAVAILABLE', reason, { cause: thrown });
}
