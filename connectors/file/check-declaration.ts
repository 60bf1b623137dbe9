import iconv from 'iconv-lite';
import { Fault } from '../../src/contract/fault.ts';
import type { JsonObject } from '../../src/contract/json.ts';
import type { FixedField } from './parse/fixed-width.ts';
import { fileDefaults } from './schemas.ts';

// What a schema cannot say of a declaration. Each throws a Fault TL_CONNECTION_CONFIG that names the key.

/** Keys that mean something in some formats only. What means nothing is a slip: it is refused, not passed over. */
type FormatKeys = Readonly<Record<string, readonly string[]>>;

export const keysOfRead: FormatKeys = {
  delimiter: ['csv'],
  quote: ['csv'],
  header: ['csv', 'xlsx'],
  columns: ['csv', 'xlsx'],
  skip: ['csv', 'fixed', 'xlsx'],
  encoding: ['csv', 'json', 'jsonl', 'xml', 'fixed'],
  sheet: ['xlsx'],
  records: ['json', 'xml'],
};

export const keysOfWrite: FormatKeys = {
  delimiter: ['csv'],
  columns: ['csv'],
  formulas: ['csv'],
  records: ['xml'],
};

export function checkFormatKeys(declared: JsonObject, keys: FormatKeys, where: string): void {
  const format = String(declared['format']);
  for (const [key, formats] of Object.entries(keys)) {
    if (declared[key] === undefined || formats.includes(format)) continue;
    const meant = formats.map((each) => `\`${each}\``).join(', ');
    throw refuse(`${where}.${key} is for the format ${meant}, not for \`${format}\``);
  }
}

export function checkCharacters({ delimiter, quote }: JsonObject, where: string): void {
  const isBreak = (value: unknown) => value === '\n' || value === '\r';
  if (isBreak(delimiter)) throw refuse(`${where}.delimiter cannot be a line break: that ends a record`);
  if (isBreak(quote)) throw refuse(`${where}.quote cannot be a line break: that ends a record`);
  if (delimiter === undefined || delimiter !== (quote ?? fileDefaults.quote)) return;
  throw refuse(`${where}.delimiter must differ from the quote, both are ${JSON.stringify(delimiter)}`);
}

export function checkSteps(path: string | undefined, where: string): string | undefined {
  if (path === undefined || !path.split('.').includes('')) return path;
  throw refuse(`${where} must be names with a dot between them, such as orders.order, got "${path}"`);
}

/** Names that are written as elements: letters, digits, `-`, `_`, and `:` behind a prefix (XML 1.0, "Names"). */
export function checkElements(path: string, where: string): void {
  const wrong = path
    .split('.')
    .find((name) => !/^[\p{L}_][\p{L}\p{N}_-]*(:[\p{L}_][\p{L}\p{N}_-]*)?$/u.test(name));
  if (wrong === undefined) return;
  throw refuse(`${where} must name XML elements, such as orders.order, and "${wrong}" is no name of one`);
}

/** A pattern or name may not leave the folder of the connection. */
export function checkInside(path: string, where: string): string {
  if (/^([/\\]|[a-zA-Z]:)/.test(path) || path.split(/[/\\{},]/).includes('..')) {
    throw refuse(`${where} must stay inside the connection's path, got "${path}"`);
  }
  return path;
}

/** Throws a Fault TL_CONNECTION_CONFIG for an encoding that nobody knows. */
export function checkEncoding(name: string | undefined, where: string): string | undefined {
  if (name === undefined || iconv.encodingExists(name)) return name;
  throw refuse(`${where} must be an encoding iconv-lite knows, got "${name}"`);
}

export function checkFields(fields: readonly FixedField[], where: string): readonly FixedField[] {
  const inOrder = [...fields].sort((a, b) => a.start - b.start);
  inOrder.forEach((field, index) => {
    const before = inOrder[index - 1];
    const doubled = fields.filter(({ name }) => name === field.name).length > 1;
    if (doubled) throw refuse(`${where}.fields names "${field.name}" twice`);
    if (before === undefined || before.start + before.length <= field.start) return;
    const problem = `"${before.name}" reaches into "${field.name}", which starts in column ${field.start}`;
    throw refuse(`${where}.fields must not overlap: ${problem}`);
  });
  return fields;
}

function refuse(message: string): Fault {
  return new Fault('TL_CONNECTION_CONFIG', message);
}
