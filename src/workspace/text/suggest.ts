import { closest, distance } from 'fastest-levenshtein';

/** The candidate the writer most likely meant; `undefined` where none is near enough to be worth saying. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const wanted = word.toLowerCase();
  const lower = candidates.map((candidate) => candidate.toLowerCase());
  const nearest = closest(wanted, lower);
  const allowed = Math.max(1, Math.floor(Math.max(wanted.length, nearest.length) / 3));
  // Two letters in the wrong order are one slip: `fiel`, `flies`.
  const twisted = lower.find((candidate) => isTwisted(wanted, candidate));
  const meant = distance(wanted, nearest) <= allowed ? nearest : twisted;
  return meant === undefined ? undefined : candidates[lower.indexOf(meant)];
}

function isTwisted(a: string, b: string): boolean {
  return a.length === b.length && distance(a, b) === 2 && [...a].sort().join('') === [...b].sort().join('');
}

/** A hint for a name that is not there: the near one, or the list of what is. */
export function hintFor(word: string, candidates: readonly string[]): string | undefined {
  const near = suggest(word, candidates);
  if (near !== undefined) return `did you mean "${near}"?`;
  if (candidates.length === 0) return undefined;
  return `there is ${listOf(candidates)}`;
}

export function listOf(words: readonly string[], last = 'and'): string {
  const shown = words.slice(0, 12).map((word) => `"${word}"`);
  if (words.length > shown.length) return `${shown.join(', ')}, …`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} ${last} ${shown.at(-1)}`;
}
