const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<![^>]*>|<(\/?)(?:[^>"'/]|"[^"]*"|'[^']*'|\/(?!>))*(\/?)>/g;

/**
 * Takes what is nested in more than `levels` elements out of an XML text that is sound: a recursive parser cannot
 * follow it, and would refuse the whole file. What is left is still deeper than any record may be.
 */
export function cutBelow(text: string, levels: number): string {
  const kept: string[] = [];
  let from = 0;
  let depth = 0;
  for (const { 0: tag, 1: isEnd, 2: isEmpty, index } of text.matchAll(token)) {
    if (isEnd === undefined || isEmpty === '/') continue;
    if (isEnd === '/') {
      depth -= 1;
      if (depth === levels) from = index + tag.length;
    } else {
      if (depth === levels) kept.push(text.slice(from, index));
      depth += 1;
    }
  }
  return kept.length === 0 ? text : kept.join('') + text.slice(from);
}
