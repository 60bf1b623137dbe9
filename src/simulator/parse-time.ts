/**
 * A time out of a request, in milliseconds since 1970; not a number for what is none. Without a zone it is UTC: a
 * simulator answers the same on every machine.
 */
export function parseTime(text: string): number {
  const isBare = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/.test(text);
  return Date.parse(isBare ? `${text.replace(' ', 'T')}Z` : text);
}
