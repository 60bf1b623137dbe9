/**
 * The values of a record that stand in a message: what a target says of one order is said of the next with another
 * number, another article, another name. A value counts as it is written, or in capitals, where it stands by itself and
 * tells records apart: it has a digit, several words, or is written as a name. Plain words ("open") are those of the message as well.
 */
export function valuesIn(message: string, record: unknown): readonly string[] {
  const found = new Set<string>();
  collect(record, 0, { found, message, left: maxValues });
  return [...found].sort((a, b) => b.length - a.length);
}

/** Values of one record that are looked for. */
const maxValues = 5_000;
const maxDepth = 64;
const minLength = 2;
const maxLength = 200;

interface Collecting {
  readonly found: Set<string>;
  readonly message: string;
  left: number;
}

function collect(value: unknown, depth: number, collecting: Collecting): void {
  if (typeof value === 'object' && value !== null) {
    if (depth >= maxDepth) return;
    for (const each of Object.values(value)) collect(each, depth + 1, collecting);
    return;
  }
  if ((typeof value !== 'string' && typeof value !== 'number') || collecting.left === 0) return;
  collecting.left--;
  const text = String(value).trim();
  if (text.length < minLength || text.length > maxLength || !tellsApart(text)) return;
  for (const each of [text, text.toUpperCase()]) {
    if (collecting.message.includes(each)) collecting.found.add(each);
  }
}

/** `DE`, `Germany`, `oak chair`, `4711`; neither `open` nor `No`. */
function tellsApart(text: string): boolean {
  if (/[^\p{L}]/u.test(text)) return true;
  if (/^\p{Lu}+$/u.test(text)) return true;
  return text.length > 2 && /^\p{Lu}/u.test(text);
}
