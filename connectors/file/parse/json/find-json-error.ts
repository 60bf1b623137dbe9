// No repetition inside the repetition for strings: backtracking over a string without an end would never end.
const token =
  /[ \t\r\n]*(?:([{}[\],:])|"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/uy;

/**
 * Offset of the first thing in `text` that keeps it from being JSON. The messages of `JSON.parse` do not always
 * have a position, and they quote the text.
 */
export function findJsonError(text: string): number {
  const open: string[] = [];
  let want: 'value' | 'valueOrEnd' | 'name' | 'nameOrEnd' | 'colon' | 'next' = 'value';
  token.lastIndex = 0;
  for (;;) {
    const start = token.lastIndex;
    const found = token.exec(text);
    const at = start + (/^[ \t\r\n]*/.exec(text.slice(start, start + 1024))?.[0].length ?? 0);
    if (found === null) return at;
    const mark = found[1];
    const isText = mark === undefined && text[at] === '"';
    const isValue = want === 'value' || want === 'valueOrEnd';
    if (mark === undefined) {
      if (isValue) want = 'next';
      else if ((want === 'name' || want === 'nameOrEnd') && isText) want = 'colon';
      else return at;
    } else if ((mark === '{' || mark === '[') && isValue) {
      open.push(mark);
      want = mark === '{' ? 'nameOrEnd' : 'valueOrEnd';
    } else if (mark === ':' && want === 'colon') want = 'value';
    else if (mark === ',' && want === 'next' && open.length > 0)
      want = open.at(-1) === '{' ? 'name' : 'value';
    else if (closes(mark, open.at(-1), want)) {
      open.pop();
      want = 'next';
    } else return at;
  }
}

function closes(mark: string, open: string | undefined, want: string): boolean {
  if (mark === '}') return open === '{' && (want === 'next' || want === 'nameOrEnd');
  return mark === ']' && open === '[' && (want === 'next' || want === 'valueOrEnd');
}
