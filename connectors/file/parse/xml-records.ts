import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { isJsonObject } from '../../../src/contract/json.ts';
import { maxLevels } from '../../../src/contract/text/record-bounds.ts';
import { cutBelow } from './cut-below.ts';
import { unreadable } from './entry.ts';
import { lineAt } from './whole-file.ts';

/** More levels than any record may have. */
const maxTags = maxLevels + 100;

/** The parser refuses elements with these names, and the file with them. */
const reserved = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Every value stays text (`007` is an id), attributes are `@name`, namespace prefixes are dropped: they are the
 * sender's choice and change without notice. Elements that JavaScript could take for something else are `#__proto__`,
 * `#constructor` and `#prototype`.
 */
const parser = new XMLParser({
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  // Numeric entities (&#228;) are decoded with this only.
  htmlEntities: true,
  maxNestedTags: maxTags,
  transformTagName: (name) => (reserved.has(name) ? `#${name}` : name),
  onDangerousProperty: (name) => name,
});

/**
 * The elements at `path` (`orders.order`); without one, the root element is the record. One element is a list of
 * one, none an empty list, as long as the root is the expected one.
 */
export function parseXmlRecords(text: string, file: string, path: string | undefined): readonly unknown[] {
  if (text.trim() === '')
    throw unreadable(
      file,
      1,
      'the file is empty, which is no XML; a file without records holds its root element',
    );
  const document = parseDocument(text, file);
  const roots = Object.keys(document).filter((name) => !name.startsWith('?'));
  const steps = path?.split('.') ?? roots.slice(0, 1);
  const [root = ''] = steps;
  if (!roots.includes(root)) {
    throw unreadable(
      file,
      1,
      `\`records: ${path ?? ''}\` begins with <${root}>, the file with <${roots[0] ?? ''}>`,
    );
  }
  let elements: readonly unknown[] = [document];
  for (const step of steps) {
    elements = elements.flatMap((element) => (isJsonObject(element) ? (element[step] ?? []) : []));
  }
  return elements.map((element) => (typeof element === 'string' ? toTextRecord(element) : element));
}

/** An element without children or attributes. */
function toTextRecord(text: string): object {
  return text === '' ? {} : { '#text': text };
}

/** What is nested too deeply is cut, so that its record is an error and not the file. */
function parseDeep(text: string): unknown {
  try {
    return parser.parse(text);
  } catch (thrown) {
    if (!(thrown instanceof Error) || !/nested tags/.test(thrown.message)) throw thrown;
    return parser.parse(cutBelow(text, maxTags - 1));
  }
}

/**
 * References to what is no character in XML (`&#0;`, half of a surrogate pair) would be left out by the parser, and
 * `A&#0;1` be the key `A1`. As U+FFFD they make an error of their record.
 */
function withNoCharacters(text: string): string {
  return text.replace(/&#(?:x([\da-f]+)|(\d+));/gi, (whole, hex: string | undefined, digits: string) => {
    const code = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
    const isControl = code < 32 && code !== 9 && code !== 10 && code !== 13;
    const isHalf = code >= 0xd800 && code <= 0xdfff;
    return isControl || isHalf || code > 0x10ffff ? '\uFFFD' : whole;
  });
}

/** Sections in which `&` means nothing, and references to entities by name. */
const namedReferences = /<!\[CDATA\[.*?\]\]>|<!--.*?-->|<\?.*?\?>|&([^\s;&<>"'#]+);/gs;

/** The parser leaves what it does not know as it stands: the text `&auml;` would be written to the target. */
function refuseUnknownEntities(text: string, file: string): void {
  const known = new Set<string>();
  for (const { 0: whole, 1: name, index } of text.matchAll(namedReferences)) {
    if (name === undefined || known.has(whole)) continue;
    if (isKnownEntity(whole)) {
      known.add(whole);
      continue;
    }
    const problem = `refers to the entity ${whole.slice(0, 40)}, which XML does not know; write the character, or its number (&#228;)`;
    throw unreadable(file, lineAt(text, index), problem);
  }
}

function isKnownEntity(reference: string): boolean {
  const parsed = parser.parse(`<a>x${reference}</a>`) as { readonly a?: unknown };
  return parsed.a !== `x${reference}`;
}

function parseDocument(text: string, file: string): Readonly<Record<string, unknown>> {
  const checked = XMLValidator.validate(text);
  if (checked !== true) throw unreadable(file, checked.err.line, `the file is not XML (${checked.err.code})`);
  if (text.includes('<!ENTITY'))
    throw unreadable(file, 1, 'the file declares XML entities, which are not resolved');
  refuseUnknownEntities(text, file);
  let document: unknown;
  try {
    document = parseDeep(withNoCharacters(text));
  } catch (cause) {
    // What the parser refuses beyond bad syntax: reserved names, nesting too deep. It quotes no content then.
    throw unreadable(
      file,
      1,
      `the file cannot be read as XML: ${cause instanceof Error ? cause.message : ''}`,
    );
  }
  if (isJsonObject(document)) return document;
  throw unreadable(file, 1, 'the file has no XML element');
}
