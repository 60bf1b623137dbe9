import { isJsonObject } from '../../contract/json.ts';
import { cutText } from '../../contract/text/cut-text.ts';
import { toLine } from './plain-words.ts';

/** `there is no `items`: the answer has success (a boolean) and message (a text)`: names and kinds, never values. */
export function describeInstead(body: unknown, names: readonly string[], found: unknown): string {
  let here = body;
  for (const [index, name] of names.entries()) {
    if (!isJsonObject(here)) return `${placeOf(names.slice(0, index))} ${beingOf(here)}`;
    if (!Object.hasOwn(here, name)) {
      const place = placeOf(names.slice(0, index));
      return `there is no \`${names.slice(0, index + 1).join('.')}\`: ${place} ${havingOf(here)}`;
    }
    here = here[name];
  }
  const isFound = names.length === 0 && found !== undefined && found !== body;
  return isFound
    ? `the expression gives ${describeAnswerValue(found)}`
    : `${placeOf(names)} ${beingOf(here)}`;
}

function placeOf(names: readonly string[]): string {
  return names.length === 0 ? 'the answer' : `\`${names.join('.')}\``;
}

function beingOf(value: unknown): string {
  return isJsonObject(value) && Object.keys(value).length > 0
    ? `is an object that ${havingOf(value)}`
    : `is ${describeAnswerValue(value)}`;
}

const maxListed = 12;

function havingOf(value: unknown): string {
  const members = isJsonObject(value) ? Object.entries(value) : [];
  if (members.length === 0) return 'is an empty object';
  const listed = members
    .slice(0, maxListed)
    .map(([name, each]) => `${nameOf(name)} (${describeAnswerValue(each)})`);
  const more = members.length - listed.length;
  return `has ${listed.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function nameOf(name: string): string {
  return cutText(toLine(name), 40);
}

/** `a text`, `a list of 3`, `null` */
export function describeAnswerValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty object' : 'an object';
  if (typeof value === 'string') return value === '' ? 'an empty text' : 'a text';
  return typeof value === 'boolean' ? 'true or false' : `a ${typeof value}`;
}
