import { Fault } from '../../contract/fault.ts';
import { present } from '../../contract/present.ts';
import { compileText, type TemplateScope } from '../compile-text.ts';
import { atOf, type Declaration, pathText } from '../declaration.ts';
import { mentions } from './mentions.ts';

/** What of a scope belongs to records, and not to the connection as a whole. */
const recordWords = ['payload', 'key', 'keys', 'id', 'etag', 'record', 'records', 'idempotencyKey'];

/**
 * Speaks a template of a record? What it gives is that record's own matter then: its neighbours can be sent all the same.
 * Anything else that cannot be sent is wrong for every request of the connection.
 */
export function speaksOfRecord(source: string): boolean {
  const expressions = [...source.matchAll(/\{\{(.*?)\}\}/gs)].map((match) =>
    present(match[1], 'an expression between braces'),
  );
  return recordWords.some((word) => mentions(expressions, word));
}

/** What a template gave cannot be sent. */
export function unusable(source: string, message: string, declared?: Declaration): Fault {
  const at = declared && atOf(declared);
  const code = speaksOfRecord(source) ? 'TL_MAP_FAILED' : 'TL_CONNECTION_CONFIG';
  return new Fault(code, message, at === undefined ? {} : { at });
}

/** Throws the fault of a path some of whose expressions have no value: only if all of them speak of the record is it the record's matter. */
export async function refuseWithout(declared: Declaration, scope: TemplateScope): Promise<never> {
  const source = String(declared.value);
  const expressions = [...source.matchAll(/\{\{.+?\}\}/gs)].map(([each]) => each);
  const values = await Promise.all(
    expressions.map(async (value) => await compileText({ ...declared, value }).evaluate(scope)),
  );
  const missing = expressions.filter((_, index) => values[index] === undefined || values[index] === null);
  const names = missing.map((each) => `\`${each.slice(2, -2).trim()}\``).join(' and ');
  const have = missing.length === 1 ? 'has' : 'have';
  const message = `${pathText(declared)}: ${source} needs ${names}, which ${have} no value here`;
  throw unusable(missing.find((each) => !speaksOfRecord(each)) ?? source, message, declared);
}
