import type { Node } from '../node.ts';

/** Where a name, a variable or an operator starts in the text; the tree knows where it ends. */
export function wordOffset(text: string, { value, position = 0 }: Node): number {
  const word = String(value);
  const quoted = /[`"']/.test(text.charAt(position - 1)) ? 1 : 0;
  const start = position - word.length - quoted;
  return Math.max(
    0,
    text.slice(start, position - quoted) === word ? start - quoted : text.lastIndexOf(word, position),
  );
}

/** Where a constant starts, its quote included. */
export function constantOffset(text: string, { value, position = 0 }: Node): number {
  const quote = text[position - 1];
  if (typeof value === 'string' && quote !== undefined) {
    for (let at = position - 2; at >= 0; at -= 1) {
      if (text[at] === quote && text[at - 1] !== '\\') return at;
    }
  }
  return Math.max(0, position - String(value).length);
}
