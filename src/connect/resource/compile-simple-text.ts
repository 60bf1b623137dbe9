/** A value out of a record, at once. */
type Evaluate = (record: unknown) => unknown;

const functions: Readonly<Record<string, (text: string) => string>> = {
  lowercase: (text) => text.toLowerCase(),
  uppercase: (text) => text.toUpperCase(),
  string: (text) => text,
  trim: (text) => text.replace(/[ \t\n\r]+/g, ' ').replace(/^ | $/g, ''),
};

const token = /\s*(?:(\$[a-z]+)\s*\(|`([^`]+)`|([A-Za-z_]\w*)|"([^"\\]*)"|'([^'\\]*)'|([&).]))/y;

/**
 * The part of JSONata that keys are made of: paths, texts in quotes, `&`, and `$lowercase $uppercase $trim $string`
 * of these. JSONata answers only later, while a key is needed at once. `undefined`: the text needs JSONata itself.
 */
export function compileSimpleText(text: string): Evaluate | undefined {
  const tokens = tokenize(text.trim());
  if (tokens === undefined) return undefined;
  const cursor: Cursor = { tokens, at: 0 };
  const evaluate = parseJoin(cursor);
  return cursor.at === tokens.length ? evaluate : undefined;
}

interface Token {
  readonly type: 'call' | 'name' | 'text' | '&' | ')' | '.';
  readonly value: string;
}

interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
}

const reserved = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function']);

function tokenize(text: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) return undefined;
    const [, call, quoted, name, double, single, sign] = match;
    if (name !== undefined && reserved.has(name)) return undefined;
    if (call !== undefined) tokens.push({ type: 'call', value: call.slice(1) });
    else if (quoted !== undefined || name !== undefined)
      tokens.push({ type: 'name', value: quoted ?? name ?? '' });
    else if (sign === '&' || sign === ')' || sign === '.') tokens.push({ type: sign, value: sign });
    else tokens.push({ type: 'text', value: double ?? single ?? '' });
  }
  return tokens;
}

function parseJoin(cursor: Cursor): Evaluate | undefined {
  const first = parseTerm(cursor);
  if (first === undefined || cursor.tokens[cursor.at]?.type !== '&') return first;
  const terms = [first];
  while (cursor.tokens[cursor.at]?.type === '&') {
    cursor.at += 1;
    const term = parseTerm(cursor);
    if (term === undefined) return undefined;
    terms.push(term);
  }
  return (record) => terms.map((term) => toText(term(record)) ?? '').join('');
}

function parseTerm(cursor: Cursor): Evaluate | undefined {
  const found = cursor.tokens[cursor.at++];
  if (found?.type === 'text') return () => found.value;
  if (found?.type === 'name') return parsePath(cursor, found.value);
  const apply =
    found?.type === 'call' && Object.hasOwn(functions, found.value) ? functions[found.value] : undefined;
  const inner = apply && parseJoin(cursor);
  if (apply === undefined || inner === undefined || cursor.tokens[cursor.at++]?.type !== ')')
    return undefined;
  return (record) => {
    const text = toText(inner(record));
    return text === undefined ? undefined : apply(text);
  };
}

function parsePath(cursor: Cursor, first: string): Evaluate | undefined {
  const names = [first];
  while (cursor.tokens[cursor.at]?.type === '.') {
    const name = cursor.tokens[cursor.at + 1];
    if (name?.type !== 'name') return undefined;
    names.push(name.value);
    cursor.at += 2;
  }
  return (record) => names.reduce<unknown>((value, name) => getMember(value, name), record);
}

/** A list on the way gives nothing: no key is made of several values. */
function getMember(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
    return undefined;
  return (value as Record<string, unknown>)[name];
}

function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
