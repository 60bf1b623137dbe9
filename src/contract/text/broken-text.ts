import { toPath } from '../to-path.ts';

const replacement = '\uFFFD';

/** Does a text hold what is none: U+FFFD, which stands for bytes that were no text, or half of a surrogate pair? */
export function isBrokenText(text: string): boolean {
  return text.includes(replacement) || !text.isWellFormed();
}

/**
 * What of a datum is no text, in words: U+FFFD would be written over what once stood there, half of a surrogate pair
 * would become U+FFFD. `json`: the datum as `JSON.stringify` gives it. `undefined`: all of it is text.
 */
export function describeBrokenText(value: unknown, json: string): string | undefined {
  // Half a pair is escaped in JSON; two backslashes are one that stands in the text.
  const isSuspect = json.includes(replacement) || json.includes('\\ud');
  const found = isSuspect ? findBroken(value) : undefined;
  if (found === undefined) return undefined;
  const where = found.path === '' ? 'it' : `\`${found.path}\``;
  return found.text.includes(replacement)
    ? `${where} holds U+FFFD, which stands for bytes that were no text`
    : `${where} holds half of a surrogate pair, which is no character`;
}

interface Place {
  readonly value: unknown;
  readonly name?: string | number;
  readonly above?: Place;
}

/** The first text, or name of a member, that is broken. */
function findBroken(value: unknown): { readonly text: string; readonly path: string } | undefined {
  const open: Place[] = [{ value }];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const { value: each, name } = place;
    const text = [name, each].find((part) => typeof part === 'string' && isBrokenText(part));
    if (typeof text === 'string') return { text, path: toPath(segmentsOf(place)) };
    if (typeof each !== 'object' || each === null) continue;
    const below = Array.isArray(each) ? [...each.entries()] : Object.entries(each);
    for (const [part, child] of below.reverse()) open.push({ value: child, name: part, above: place });
  }
  return undefined;
}

function segmentsOf(place: Place): readonly (string | number)[] {
  const segments: (string | number)[] = [];
  for (let at: Place | undefined = place; at?.name !== undefined; at = at.above) segments.unshift(at.name);
  return segments.slice(0, maxDepth);
}

const maxDepth = 50;
