import { isFaultCode } from '../../contract/fault-table.ts';
import { andThen, orElse, type Soon } from '../../contract/soon.ts';
import type { Expression } from '../../mapping/expression/expression.ts';
import { compileSpeaksOf } from '../answer/speaks-of.ts';
import {
  choiceOf,
  type Declaration,
  elements,
  invalid,
  member,
  textOf,
  toExpression,
} from '../declaration.ts';
import { isTruthy } from '../is-truthy.ts';
import { type Operation, operations } from './operation.ts';

/** A row of `responses`: this answer means that, whatever the default table says. */
export interface ResponseRow {
  readonly matchesStatus: (status: number) => boolean;
  readonly isAbout: (operation: Operation) => boolean;
  /** Over the parsed body; absent: the status alone decides. */
  readonly when: Expression | undefined;
  /** Does its condition look at this member of the answer? */
  readonly speaksOf: (name: string) => boolean;
  /** A fault code; `ok`: it went well; `absent`: there is no such record. */
  readonly code: string;
}

export function compileResponseRows(declared: Declaration | undefined): readonly ResponseRow[] {
  return elements(declared).map((row) => {
    const when = member(row, 'when');
    const code = codeOf(row);
    return {
      matchesStatus: compileStatus(member(row, 'status')),
      isAbout: compileOperations(member(row, 'on'), code),
      when: when && toExpression(when),
      speaksOf: compileSpeaksOf(when === undefined ? [] : [when]),
      code,
    };
  });
}

/** An answer, as far as rows ask about it. Without a status, `when` alone decides. */
export interface AskedOf {
  readonly operation: Operation;
  readonly status: number | undefined;
  readonly body: unknown;
}

/** The code of the first row that fits, `undefined` where none does. */
export function findRow(rows: readonly ResponseRow[], asked: AskedOf, from = 0): Soon<string | undefined> {
  const { operation, status, body } = asked;
  for (const [index, row] of rows.entries()) {
    if (index < from || !row.isAbout(operation)) continue;
    if (status !== undefined && !row.matchesStatus(status)) continue;
    const holds = row.when === undefined || isTrueOf(row.when, body);
    if (holds instanceof Promise)
      return holds.then((is) => (is ? row.code : findRow(rows, asked, index + 1)));
    if (holds) return row.code;
  }
  return undefined;
}

/** A condition that cannot be evaluated over this body (a function got another type than it takes) does not hold. */
function isTrueOf(when: Expression, body: unknown): Soon<boolean> {
  const value = orElse(
    () => when.evaluate(body),
    () => false,
  );
  return andThen(value, isTruthy);
}

/** Without `on`, a row speaks of whatever its code can be about: what refuses a question has rejected no record. */
function compileOperations(
  declared: Declaration | undefined,
  code: string,
): (operation: Operation) => boolean {
  if (declared === undefined) {
    const meant = operations.filter((operation) => canMean(code, operation));
    return (operation) => meant.includes(operation);
  }
  const all = Array.isArray(declared.value) ? elements(declared) : [declared];
  const named = all.map((each) => choiceOf(each, operations));
  const wrong = code === 'absent' ? named.find((operation) => !canMean(code, operation)) : undefined;
  if (wrong !== undefined)
    throw invalid(declared, `cannot have "${wrong}": only what is read, found or deleted can be \`absent\``);
  return (operation) => named.includes(operation);
}

function canMean(code: string, operation: Operation): boolean {
  const isQuestion = operation === 'read' || operation === 'find';
  if (code === 'absent') return isQuestion || operation === 'delete';
  if (code.startsWith('TL_SOURCE_')) return isQuestion;
  return (
    !code.startsWith('TL_TARGET_') || (code === 'TL_TARGET_FIND_REFUSED' ? operation === 'find' : !isQuestion)
  );
}

function compileStatus(declared: Declaration | undefined): (status: number) => boolean {
  // Without a status a row speaks of failures; what went well is asked only by rows that name a 2xx.
  if (declared === undefined) return (status) => status >= 300;
  const tests = (Array.isArray(declared.value) ? declared.value : [declared.value]).map((each: unknown) => {
    if (typeof each === 'number') return (status: number) => status === each;
    const family = typeof each === 'string' ? /^([1-5])xx$/.exec(each)?.[1] : undefined;
    if (family === undefined)
      throw invalid(declared, 'must be a status such as 409, or a family such as "5xx"');
    return (status: number) => Math.floor(status / 100) === Number(family);
  });
  return (status) => tests.some((test) => test(status));
}

function codeOf(row: Declaration): string {
  const declared = member(row, 'code');
  if (declared === undefined) throw invalid(row, 'must have a `code`');
  const code = textOf(declared);
  if (code !== 'ok' && code !== 'absent' && !isFaultCode(code))
    throw invalid(
      declared,
      `must be a fault code such as TL_TARGET_DUPLICATE, \`ok\` or \`absent\`, got "${code}"`,
    );
  return code;
}
