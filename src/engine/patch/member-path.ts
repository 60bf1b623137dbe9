import { Fault } from '../../contract/fault.ts';
import { present } from '../../contract/present.ts';

/**
 * Where a member of a record is: `items[0].price`, `["a b"].c`. `isQuoted`: a name in brackets is that name; a plain one
 * may be a part of a name that has dots in it.
 */
export type PathPart = number | { readonly name: string; readonly isQuoted: boolean };

const plainName = /[^\s.[\]=`"']+(?: +[^\s.[\]=`"']+)*/y;
const index = /\[(\d{1,9})\]/y;
const quotedName = /\[("(?:[^"\\]|\\.)*")\]|\['([^']*)'\]|`([^`]*)`/y;

/**
 * Reads a path from the beginning of `text`, and says where it ends. Throws a Fault TL_ARGUMENT_INVALID where there is
 * none.
 *
 * @param what - names the text in messages.
 */
export function parseMemberPath(
  text: string,
  what: string,
): { readonly parts: readonly PathPart[]; readonly end: number } {
  const parts: PathPart[] = [];
  let at = 0;
  for (;;) {
    const next = readPart(text, parts.length > 0 && text[at] === '.' ? at + 1 : at);
    const isJoined =
      parts.length === 0 || text[at] === '.' || typeof next?.part === 'number' || text[at] === '[';
    if (!next || !isJoined) break;
    parts.push(next.part);
    at = next.end;
  }
  const isBroken = text[at] === '.' || text[at] === '[' || text[at] === ']';
  if (parts.length > 0 && !isBroken) return { parts, end: at };
  const message = `${what}: expected the place of a member such as items[0].price or ["a name"].city, got "${text}"`;
  throw new Fault('TL_ARGUMENT_INVALID', message);
}

function readPart(text: string, from: number): { readonly part: PathPart; readonly end: number } | undefined {
  const number = matchAt(index, text, from);
  if (number) return { part: Number(number[1]), end: from + number[0].length };
  const quoted = matchAt(quotedName, text, from);
  if (quoted) {
    const name =
      quoted[1] === undefined ? present(quoted[2] ?? quoted[3], 'a name in quotes') : unquote(quoted[1]);
    return name === undefined ? undefined : { part: { name, isQuoted: true }, end: from + quoted[0].length };
  }
  const plain = matchAt(plainName, text, from);
  return plain && { part: { name: plain[0], isQuoted: false }, end: from + plain[0].length };
}

function unquote(json: string): string | undefined {
  try {
    return JSON.parse(json) as string;
  } catch {
    // No JSON text: the whole path is refused.
    return undefined;
  }
}

function matchAt(pattern: RegExp, text: string, from: number): RegExpExecArray | undefined {
  pattern.lastIndex = from;
  return pattern.exec(text) ?? undefined;
}
