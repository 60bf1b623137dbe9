import type { Scalar } from 'yaml';
import { present } from '../../contract/present.ts';

/**
 * Where the character at `index` of a scalar's value stands in the source text: quotes, escapes, folded lines and
 * block indentation are stepped over. Exact for every character that is not white space.
 */
export function offsetInSource(scalar: Scalar, source: string, index: number): number {
  const value = typeof scalar.value === 'string' ? scalar.value : String(scalar.value);
  const style = scalar.type;
  // The end of the text is right behind its last character, not where the next thing begins.
  const end = value.trimEnd().length;
  let at = contentStart(scalar, source);
  for (let seen = 0; ; seen += 1) {
    const wanted = value[seen];
    if (seen >= end || wanted === undefined) return at;
    if (!/\s/.test(wanted)) at = skipFolding(source, at, style);
    if (seen >= index) return at;
    at = step(source, at, wanted, style);
  }
}

/** Offset of the first character of a scalar's content: behind a quote, or on the line below `|` and `>`. */
export function contentStart(scalar: Scalar, source: string): number {
  const start = present(scalar.range, 'the place of a value')[0];
  if (scalar.type === 'QUOTE_DOUBLE' || scalar.type === 'QUOTE_SINGLE') return start + 1;
  if (!isBlockScalar(scalar)) return start;
  const nextLine = source.indexOf('\n', start) + 1;
  return nextLine === 0 ? start : nextLine + blockIndent(scalar, source);
}

export function isBlockScalar(scalar: Scalar): boolean {
  return scalar.type === 'BLOCK_LITERAL' || scalar.type === 'BLOCK_FOLDED';
}

/** Columns that a block scalar's lines are indented by, as its first line with text shows. */
export function blockIndent(scalar: Scalar, source: string): number {
  const body = source.slice(source.indexOf('\n', present(scalar.range, 'the place of a value')[0]) + 1);
  return present(/^(?:[ \t]*\r?\n)*( *)/.exec(body)?.[1], 'an indentation').length;
}

function step(source: string, at: number, wanted: string, style: Scalar['type']): number {
  const found = source.charAt(at);
  if (style === 'QUOTE_DOUBLE' && found === '\\') return at + escapeLength(source, at);
  if (style === 'QUOTE_SINGLE' && found === "'") return at + 2;
  // Both halves of a character written as \U0001F600 are one escape.
  if (isLowSurrogate(wanted) && !isLowSurrogate(found)) return at;
  if (!/\s/.test(wanted)) return at + 1;
  // White space that does not stand there as it reads comes from folded lines; what follows brings us in step again.
  return found === wanted ? at + 1 : at;
}

function skipFolding(source: string, from: number, style: Scalar['type']): number {
  let at = from;
  while (at < source.length) {
    if (/\s/.test(source.charAt(at))) at += 1;
    else if (style === 'QUOTE_DOUBLE' && source[at] === '\\' && /[\r\n]/.test(source.charAt(at + 1))) at += 2;
    else return at;
  }
  return from;
}

function isLowSurrogate(text: string): boolean {
  const unit = text.charCodeAt(0);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function escapeLength(source: string, at: number): number {
  switch (source[at + 1]) {
    case 'x':
      return 4;
    case 'u':
      return 6;
    case 'U':
      return 10;
    default:
      return 2;
  }
}
