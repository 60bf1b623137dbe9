import { Fault } from '../../contract/fault.ts';
import { quoteName } from '../../contract/text/record-bounds.ts';

/**
 * Encodes a value for its place in a path. Empty, `.` and `..` cannot stand there: the request would go to another
 * resource, and a DELETE would delete another thing (RFC 3986 section 5.2.4; encoded dots count as dots too).
 */
export function encodePathPart(value: string): string {
  if (value === '' || value === '.' || value === '..') {
    throw new Fault(
      'TL_KEY_MISSING',
      `a value that is empty or only dots cannot stand in a path, got "${value}"`,
    );
  }
  return encodePart(value);
}

/** Half a character has no bytes that could be sent. */
function encodePart(text: string): string {
  if (text.isWellFormed()) return encodeURIComponent(text);
  throw new Fault(
    'TL_KEY_INVALID',
    `a value that holds half a character (a lone surrogate) cannot stand in a URL, got ${quoteName(text)}`,
  );
}

/** `a=1&b=2`; a list gives its parameter once for each element. `$` stays readable: OData names begin with it. */
export function toQuery(query: Readonly<Record<string, unknown>>): string {
  let text = '';
  for (const name in query) {
    const value = query[name];
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each === undefined || each === null) continue;
      text += `${text === '' ? '' : '&'}${encodeQueryPart(name)}=${encodeQueryPart(toParameter(name, each))}`;
    }
  }
  return text;
}

function encodeQueryPart(text: string): string {
  return encodePart(text).replaceAll('%24', '$').replaceAll('%2C', ',').replaceAll('%3A', ':');
}

function toParameter(name: string, value: unknown): string {
  if (typeof value !== 'object') return String(value);
  throw new Fault('TL_CONNECTION_CONFIG', describeNoParameter(name));
}

/** What can stand in a query or a header: a plain value, none, or a list of such. */
export function isParameter(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((each) => typeof each !== 'object' || each === null);
  return typeof value !== 'object' || value === null;
}

export function describeNoParameter(name: string): string {
  return `query parameter ${name} must be a text, a number, true or false, got an object`;
}

/** What is written in a manifest may hold spaces and other characters that a URL cannot. */
export function escapeUrl(url: string): string {
  return /[^\x21-\x7e]/.test(url) ? url.toWellFormed().replace(/[^\x21-\x7e]+/gu, encodeURIComponent) : url;
}
