import { present } from '../../contract/present.ts';
import { cutText } from '../../contract/text/cut-text.ts';

/** So many characters of what a system says are shown. */
export const maxWords = 300;

/** On one line, with characters visible that are none, and cut to size. Empty where nothing is left. */
export function toLine(text: string): string {
  const line = text
    .toWellFormed()
    .replace(/\s+/g, ' ')
    .trim()
    .replace(
      invisible,
      (character) => `\\u${present(character.codePointAt(0), 'a character').toString(16).padStart(4, '0')}`,
    );
  return cutText(line, maxWords);
}

// Control characters would colour a terminal or end a line of a log; direction marks would turn words around.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const invisible = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The words of a page or an XML document: its title, or the text of an element that is there to say something. */
export function wordsOfMarkup(text: string): string | undefined {
  const body = text.slice(0, 20_000);
  const spoken = spokenElement.exec(body)?.[1];
  if (spoken !== undefined) return toLine(decodeEntities(spoken));
  const bare = body
    .replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, '$1')
    .replace(/<[^>]*>/g, ' ');
  const line = toLine(decodeEntities(bare));
  return line === '' ? undefined : line;
}

const spokenElement =
  /<(?:[\w-]+:)?(?:faultstring|errormessage|message|reason|description|detail|error|text)\b[^<>]*>\s*(?:<!\[CDATA\[)?\s*([^<\]]*[^<\]\s])/i;

function decodeEntities(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&#39;', "'")
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&');
}
