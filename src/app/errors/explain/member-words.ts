/**
 * What a person calls a member: `lines[2].unitPrice` → `unit price of line 3`. Names that say nothing else are taken
 * apart at their capitals; a list is counted from 1, as people count.
 */
export function memberWords(path: string): string {
  const parts = [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)];
  const words: string[] = [];
  for (const [, quoted, index, name] of parts) {
    if (index === undefined) words.push(nameWords(quoted ?? name ?? ''));
    else words.push(`${singular(words.pop() ?? 'item')} ${Number(index) + 1}`);
  }
  return words.reverse().join(' of ');
}

/** `unitPrice` → `unit price`, `email` → `e-mail`; what is written in capitals stays so. */
function nameWords(name: string): string {
  const parts = name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[\s_-]+/);
  return parts.map((part) => (/^\p{Lu}{2,}$/u.test(part) ? part : plainWord(part.toLowerCase()))).join(' ');
}

function plainWord(word: string): string {
  return word === 'email' ? 'e-mail' : word;
}

function singular(word: string): string {
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return /[^s]s$/.test(word) ? word.slice(0, -1) : word;
}

/** `country of address 1` → `Country of address 1`. */
export function capitalized(text: string): string {
  return text.replace(/^\p{Ll}/u, (first) => first.toUpperCase());
}
