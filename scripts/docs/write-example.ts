import { stringify } from 'yaml';

/** How the values of a page are written: as in a file of the workspace, or as a record travels. */
export type Notation = 'yaml' | 'json';

/** Longer ones would make a table unreadable. */
const inlineLength = 44;

/** A value on one line, to stand in a table; `undefined` where it is too long for that. */
export function inlineExample(value: unknown, notation: Notation): string | undefined {
  const text = onOneLine(value, notation);
  return text.length <= inlineLength && !text.includes('\n') ? text : undefined;
}

/** Keys with their examples as a block of a page; a second example of a key stands below the first. */
export function exampleBlock(
  examples: readonly (readonly [key: string, value: unknown])[],
  notation: Notation,
): string {
  if (examples.length === 0) return '';
  const parts = examples.map(([key, value]) => entry(key, value, notation));
  return [`\`\`\`${notation === 'json' ? 'js' : notation}`, ...parts, '```'].join('\n');
}

/** A whole document as a block. */
export function documentBlock(document: unknown, notation: Notation): string {
  const text = notation === 'yaml' ? stringify(document).trimEnd() : JSON.stringify(document, null, 2);
  return [`\`\`\`${notation}`, text, '```'].join('\n');
}

function entry(key: string, value: unknown, notation: Notation): string {
  if (notation === 'json') return `"${key}": ${withBlanks(value)}`;
  const line = `${key}: ${onOneLine(value, notation)}`;
  return line.length <= 110 ? line : stringify({ [key]: value }, { lineWidth: 0 }).trimEnd();
}

function onOneLine(value: unknown, notation: Notation): string {
  if (notation === 'json') return withBlanks(value);
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd().replaceAll(/\n\s*/g, ' ');
}

/** JSON on one line, with blanks as people write it. */
export function withBlanks(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(withBlanks).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${withBlanks(each)}`);
  return `{ ${members.join(', ')} }`;
}

/** In a cell of a table a pipe would end the cell, and a line end the table. */
export function inTable(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
