import { formatSegments, maxDepth, toSegments } from './deviation.ts';
import { maskValue } from './mask-value.ts';

export interface NamedMember {
  readonly segments: readonly string[];
  /** Its value, masked. */
  readonly sample: string;
}

/**
 * The member of a payload that a text names as a whole word, in whatever case: by its path (`lines.quantity`), or by
 * its name alone. Of several the one named at greatest length counts, then the one with the longest path.
 */
export function findNamedMember(payload: unknown, text: string): NamedMember | undefined {
  const words = text.toLowerCase();
  const known = new Map<string, boolean>();
  const isNamed = (name: string) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const answer = hasWord(words, name.toLowerCase());
    known.set(name, answer);
    return answer;
  };
  let best: { readonly member: Member; readonly rank: readonly [number, number] } | undefined;
  for (const member of membersOf(payload, [])) {
    const path = formatSegments(member.segments).replaceAll('[]', '');
    const name = member.place.at(-1);
    const said = [path, String(name)].filter(isNamed).map(({ length }) => length);
    if (said.length === 0) continue;
    const rank = [Math.max(...said), path.length] as const;
    if (!best || rank[0] > best.rank[0] || (rank[0] === best.rank[0] && rank[1] > best.rank[1])) {
      best = { member, rank };
    }
  }
  return best && { segments: best.member.segments, sample: maskValue(best.member.value) };
}

interface Member {
  readonly place: readonly (string | number)[];
  readonly segments: readonly string[];
  readonly value: unknown;
}

function* membersOf(value: unknown, place: readonly (string | number)[]): Generator<Member> {
  if (typeof value !== 'object' || value === null || place.length >= maxDepth) return;
  const inside = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [name, each] of inside) {
    const below = [...place, name];
    if (typeof name === 'string') yield { place: below, segments: toSegments(below), value: each };
    yield* membersOf(each, below);
  }
}

function hasWord(text: string, word: string): boolean {
  const isLetter = (at: string | undefined) => at !== undefined && /[\p{L}\p{N}_]/u.test(at);
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    if (!isLetter(text[at - 1]) && !isLetter(text[at + word.length])) return true;
  }
  return false;
}
