import { readFile } from 'node:fs/promises';
import { join, matchesGlob } from 'node:path';

/** Does a build see this path (from the root, with `/`)? As `.dockerignore` says; a folder that is left out takes all in it. */
export async function loadIsSeen(root: string): Promise<(path: string) => boolean> {
  const text = await readFile(join(root, '.dockerignore'), 'utf8');
  const patterns = text.split('\n').flatMap((line) => (/^\s*(#|$)/.test(line) ? [] : [line.trim()]));
  if (patterns.some((pattern) => pattern.startsWith('!')))
    throw new Error('.dockerignore: `!` is not known here');
  return (path) => {
    const parts = path.split('/');
    const above = parts.map((_part, at) => parts.slice(0, at + 1).join('/'));
    return !above.some((each) => patterns.some((pattern) => matchesGlob(each, pattern)));
  };
}
