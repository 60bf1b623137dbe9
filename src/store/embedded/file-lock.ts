import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { Fault } from '../../contract/fault.ts';
import { isAlive, processStart } from './process-identity.ts';

/**
 * Does something that only one process of this machine may do at a time. The lock is a file that holds the process's
 * id and when it was started; one that a dead process left behind is taken over.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const mine = `${path}.${process.pid}.${randomUUID().slice(0, 8)}`;
  try {
    await acquire(path, mine);
    try {
      return await work();
    } finally {
      await rm(path, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

const pollMs = 50;
/** What is done under a lock takes seconds. Where a start cannot be told, an id may belong to another process since. */
const staleMs = 120_000;

async function acquire(path: string, mine: string): Promise<void> {
  const me = `${process.pid} ${(await processStart(process.pid)) ?? ''}`.trim();
  for (let waitedMs = 0; waitedMs < staleMs + 30_000; waitedMs += pollMs) {
    await writeFile(mine, `${me}\n`);
    // A link appears whole or not at all, and only where there is none.
    if (await succeeds(link(mine, path), 'EEXIST')) return;
    const owner = await findDeadOwner(path, mine);
    if (owner === undefined) await new Promise((resolve) => setTimeout(resolve, pollMs));
    else await takeAway(path, owner);
  }
  throw new Fault('TL_STORE_UNAVAILABLE', `${path} is held by another process; remove it if there is none`);
}

/** What a lock says whose process is gone. */
async function findDeadOwner(path: string, mine: string): Promise<string | undefined> {
  const [owner, held, now] = await Promise.all([
    readFile(path, 'utf8').catch(() => undefined),
    stat(path).catch(() => undefined),
    stat(mine),
  ]);
  if (owner === undefined || held === undefined) return undefined;
  const isOwned = (await isOwner(owner)) && now.mtimeMs - held.mtimeMs < staleMs;
  return isOwned ? undefined : owner;
}

/** Is it the process that wrote this which has its id today? */
async function isOwner(owner: string): Promise<boolean> {
  const [id = '', start] = owner.trim().split(' ');
  if (!isAlive(Number(id))) return false;
  const now = await processStart(Number(id));
  return start === undefined || now === undefined || start === now;
}

/** Of two processes that find it at once, the second may get hold of the first one's new lock: it goes back. */
async function takeAway(path: string, owner: string): Promise<void> {
  const aside = `${path}.${randomUUID().slice(0, 8)}`;
  if (!(await succeeds(rename(path, aside), 'ENOENT'))) return;
  if ((await readFile(aside, 'utf8')) !== owner) await succeeds(link(aside, path), 'EEXIST');
  await rm(aside, { force: true });
}

async function succeeds(doing: Promise<void>, expected: string): Promise<boolean> {
  try {
    await doing;
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === expected) return false;
    throw thrown;
  }
}
