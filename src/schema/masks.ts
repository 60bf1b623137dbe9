import { isExactNumber } from '../contract/exact-json/json-number.ts';
import { present } from '../contract/present.ts';
import { maskText } from './mask-text.ts';

/** Stand-ins for private values: the same text always has the same one, and two texts never share one. */
export interface Masks {
  /** A text by its form, a number by 0, `true` by `false`; what is nothing stays so. */
  of(value: unknown): unknown;
  /** The stand-in of a text that has one already. */
  known(text: string): string | undefined;
}

export function createMasks(): Masks {
  const masks = new Map<string, string>();
  const taken = new Set<string>();
  const maskOf = (text: string): string => {
    const known = masks.get(text);
    if (known !== undefined) return known;
    const plain = maskText(text);
    let mask = plain;
    for (let nth = 1; taken.has(mask) && nth < maxVariants; nth += 1) mask = vary(plain, nth);
    masks.set(text, mask);
    taken.add(mask);
    return mask;
  };
  return {
    of: (value) => {
      if (typeof value === 'string') return maskOf(value);
      if (typeof value === 'number' || isExactNumber(value)) return 0;
      return typeof value === 'boolean' ? false : value;
    },
    known: (text) => masks.get(text),
  };
}

const maxVariants = 1_000;

/** `xxxx` → `xxxb`, `xxxc` …: counts in the last letters and digits of the first part. A date has no second form. */
function vary(mask: string, nth: number): string {
  if (/^\d{4}-\d\d-\d\d/.test(mask)) return mask;
  // What stands before an @ is the person; the rest has to stay a domain.
  const end = mask.includes('@') ? mask.indexOf('@') : mask.length;
  const characters = [...mask.slice(0, end)];
  let rest = nth;
  for (let at = characters.length - 1; at >= 0 && rest > 0; at -= 1) {
    const alphabet = alphabets.find((each) =>
      each.startsWith(present(characters[at], 'a character of a mask')),
    );
    if (alphabet === undefined) continue;
    characters[at] = alphabet.charAt(rest % alphabet.length);
    rest = Math.floor(rest / alphabet.length);
  }
  return characters.join('') + mask.slice(end);
}

/** Each begins with the character that `maskText` writes. */
const alphabets = ['xabcdefghijklmnopqrstuvwyz', 'XABCDEFGHIJKLMNOPQRSTUVWYZ', '0123456789'];
