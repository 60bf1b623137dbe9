import { cutText } from './cut-text.ts';

/**
 * Text that every screen and every column can hold. What none can show is written out as JSON writes it: control
 * characters (`\u0000`, an escape sequence that would paint a terminal), and halves of a character. Tabs and line ends
 * stay. What is longer than `maxLength` is cut.
 */
export function toPlainText(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  const kept = cutText(text, maxLength);
  return kept.isWellFormed() && !unshown.test(kept) ? kept : kept.replace(everyUnshown, toEscape);
}

// With `u`, only halves that have no other half are met.
const unshown = /[^\P{Cc}\t\n\r]/u;
const everyUnshown = /[^\P{Cc}\t\n\r]|\p{Cs}/gu;

function toEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
