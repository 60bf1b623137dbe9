/** At most `max` characters, the last one `…` where something was cut off; never half of a surrogate pair. */
export function cutText(text: string, max: number): string {
  return text.length <= max ? text : `${startOf(text, max - 1)}…`;
}

/** The first `max` characters, one less where they would end in half of a surrogate pair. */
export function startOf(text: string, max: number): string {
  if (text.length <= max) return text;
  const last = text.charCodeAt(max - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? max - 1 : max);
}
