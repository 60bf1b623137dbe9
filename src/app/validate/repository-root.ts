import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** The folder that git tracks and `dir` lies in; without one, `fallback` where `dir` lies in that, or else itself. */
export function repositoryRoot(dir: string, fallback: string): string {
  for (let at = dir; ; at = dirname(at)) {
    // A file in a worktree or a submodule, a folder elsewhere.
    if (existsSync(join(at, '.git'))) return at;
    if (at === dirname(at)) break;
  }
  const isWithin = !relative(fallback, dir).split(sep).includes('..');
  return isWithin ? fallback : dir;
}
