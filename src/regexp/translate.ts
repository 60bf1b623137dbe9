/**
 * A JavaScript pattern in the syntax of RE2; `undefined` where RE2 has no such thing (looking ahead or behind, backward
 * references) or means something else by it. ECMA-262 section 22.2, github.com/google/re2/wiki/Syntax.
 */
export function translate(source: string, flags: string): string | undefined {
  // RE2 knows one kind of line end; `v` and `y` are languages of their own.
  if (/[mvy]/.test(flags)) return undefined;
  let result = '';
  for (let at = 0; at < source.length; ) {
    const token = tokenAt(source, at);
    const translated = token.startsWith('[') && token !== '[' ? toClass(token) : toPart(token, flags);
    if (translated === undefined) return undefined;
    result += translated;
    at += token.length;
  }
  return result;
}

/** Does it repeat anything? What does not cannot take long, however it is matched. */
export function hasRepetition(source: string): boolean {
  for (let at = 0; at < source.length; ) {
    const token = tokenAt(source, at);
    if (/^[*+?{]$/.test(token)) return true;
    at += token.length;
  }
  return false;
}

/**
 * Is something repeated of which the two engines keep different parts, although both find a match at the same place? A
 * round that matches nothing (`(a??)*`, `(|a)*`, `(^|a)*`) is given up by JavaScript, and it forgets what a group holds
 * with each round.
 */
export function repeatsDifferently(source: string): boolean {
  // One for each group that is open: whether it holds something of that kind.
  const open: boolean[] = [];
  let before = '';
  for (let at = 0; at < source.length; ) {
    const token = tokenAt(source, at);
    at += token.length;
    if (token === ')') {
      const isSpecial = open.pop() === true || before === '|';
      if (isSpecial && /^[*+?{]/.test(source.slice(at))) return true;
      if (isSpecial && open.length > 0) open[open.length - 1] = true;
    } else if (isSpecialToken(token, before)) open.fill(true);
    if (token.startsWith('(')) open.push(token !== '(?:');
    before = token;
  }
  return false;
}

function isSpecialToken(token: string, before: string): boolean {
  if (token === '|') return /^[|(*?})]/.test(before);
  if (token === '?') return /^[*+?}]$/.test(before);
  return token === '^' || token === '$' || token === '\\b' || token === '\\B';
}

/** A class as a whole, an escape, the beginning of a group, or one character. */
function tokenAt(source: string, at: number): string {
  token.lastIndex = at;
  return token.exec(source)?.[0] ?? source.charAt(at);
}

const token =
  /\[(?:\\[\s\S]|[^\]\\])*\]|\\(?:u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|[pP]\{[^}]*\}|k<[^>]*>|[\s\S])|\(\?(?:<[A-Za-z_$][\w$]*>|[^<]|<[=!])|[\s\S]/y;

function toPart(part: string, flags: string): string | undefined {
  if (part === '.') return flags.includes('s') ? '(?s:.)' : anyButLineEnds;
  if (part.startsWith('\\')) return toEscape(part);
  if (!part.startsWith('(?')) return part;
  if (part === '(?:') return part;
  const name = /^\(\?<(\w+)>$/.exec(part)?.[1];
  return name === undefined ? undefined : `(?P<${name}>`;
}

const anyButLineEnds = '[^\\n\\r\\x{2028}\\x{2029}]';
const space =
  '\\t\\n\\v\\f\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';

function toEscape(escaped: string): string | undefined {
  const letter = escaped.charAt(1);
  if (letter === 's') return `[${space}]`;
  if (letter === 'S') return `[^${space}]`;
  return toCharacter(escaped);
}

/** An escape that means the same in a class and outside of it. */
function toCharacter(escaped: string): string | undefined {
  const letter = escaped.charAt(1);
  if ('dDwWbBnrtvf'.includes(letter)) return escaped;
  if (letter === '0' && escaped.length === 2) return '\\x00';
  if (/^[1-9k]$/.test(letter)) return undefined;
  if (letter === 'p' || letter === 'P') return escaped.includes('=') ? undefined : escaped;
  const code = /^\\(?:u\{?|x)([0-9a-fA-F]+)\}?$/.exec(escaped)?.[1];
  if (code !== undefined) return `\\x{${code}}`;
  if (letter === 'c' && escaped.length === 3)
    return `\\x{${(escaped.charCodeAt(2) % 32).toString(16).padStart(2, '0')}}`;
  // Any other letter stands for itself in JavaScript, and for something else in RE2.
  return /[A-Za-z]/.test(letter) ? letter : escaped;
}

function toClass(text: string): string | undefined {
  const isNegated = text.startsWith('[^');
  const inner = text.slice(isNegated ? 2 : 1, -1);
  // Nothing at all, and anything at all: RE2 takes the bracket for a member.
  if (inner === '') return undefined;
  let result = '';
  for (let at = 0; at < inner.length; ) {
    const part = tokenAt(inner, at);
    const member = part.startsWith('\\') ? toMember(part) : part.replace(/^\[/, '\\[');
    if (member === undefined) return undefined;
    // A token of more than one character that is no escape was no token inside of a class.
    const taken = part.startsWith('\\') ? part.length : 1;
    result += taken === part.length ? member : inner.charAt(at).replace('[', '\\[');
    at += taken;
  }
  return `[${isNegated ? '^' : ''}${result}]`;
}

function toMember(escaped: string): string | undefined {
  const letter = escaped.charAt(1);
  if (letter === 's') return space;
  if (letter === 'S' || letter === 'B') return undefined;
  return letter === 'b' ? '\\x08' : toCharacter(escaped);
}
