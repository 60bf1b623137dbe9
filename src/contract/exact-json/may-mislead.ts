const [backslash, colon, dot, minus] = [92, 58, 46, 45];

/**
 * May `JSON.parse` have lost something of this text, of which it made `value`? A number of more digits than a double
 * surely holds, or with an exponent; a member that stands twice, so that the text has more names than the value has
 * members. One pass from quote to quote: what lies inside of texts is passed over at the speed of `indexOf`.
 */
export function mayMislead(text: string, value: unknown): boolean {
  const names = countNames(text);
  return names === undefined || names !== countMembers(value);
}

/** Names of members in a text that is JSON; `undefined` where a number needs a closer look. */
function countNames(text: string): number | undefined {
  let names = 0;
  let from = 0;
  for (;;) {
    const open = text.indexOf('"', from);
    const end = open === -1 ? text.length : open;
    // `:1e309,` is the shortest thing between two texts that holds a number to look at.
    if ((end - from >= 7 || open === -1) && hasLongNumber(text, from, end)) return undefined;
    if (open === -1) return names;
    from = endOfText(text, open) + 1;
    const code = text.charCodeAt(from);
    if (code === colon || (code <= 32 && isName(text, from))) names += 1;
  }
}

function isName(text: string, from: number): boolean {
  let at = from;
  let code = text.charCodeAt(at);
  while (code === 32 || code === 10 || code === 13 || code === 9) code = text.charCodeAt(++at);
  return code === colon;
}

/** Where the text that opens at `open` closes: at a quote with an even number of backslashes before it. */
function endOfText(text: string, open: number): number {
  let close = text.indexOf('"', open + 1);
  while (text.charCodeAt(close - 1) === backslash) {
    let before = close - 1;
    while (text.charCodeAt(before - 1) === backslash) before -= 1;
    if ((close - before) % 2 === 0) break;
    close = text.indexOf('"', close + 1);
  }
  return close;
}

function hasLongNumber(text: string, from: number, end: number): boolean {
  let digits = 0;
  for (let at = from; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) digits += 1;
    else if (digits > 0 && code !== dot && code !== minus) {
      if (digits > 15 || code === 69 || code === 101) return true;
      digits = 0;
    }
  }
  return digits > 15;
}

function countMembers(value: unknown): number {
  const open: object[] = typeof value === 'object' && value !== null ? [value] : [];
  let members = 0;
  for (let part = open.pop(); part !== undefined; part = open.pop()) {
    if (Array.isArray(part)) {
      for (const item of part as readonly unknown[]) {
        if (typeof item === 'object' && item !== null) open.push(item);
      }
      continue;
    }
    for (const name in part) {
      members += 1;
      const member = (part as Readonly<Record<string, unknown>>)[name];
      if (typeof member === 'object' && member !== null) open.push(member);
    }
  }
  return members;
}
