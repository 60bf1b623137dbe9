import { isFaultCode } from '../../contract/fault.ts';
import type { Expression } from '../../mapping/expression.ts';
import { type Declared, elements, invalid, member, textOf, toExpression } from '../declared.ts';
import { isTruthy } from '../is-truthy.ts';

/** A row of a manifest's `responses`: this answer means that fault, whatever the default table says. */
export interface ResponseRow {
  readonly matchesStatus: (status: number) => boolean;
  /** Over the parsed body; absent: the status alone decides. */
  readonly when: Expression | undefined;
  readonly code: string;
}

export function compileResponseRows(declared: Declared | undefined): readonly ResponseRow[] {
  return elements(declared).map((row) => {
    const when = member(row, 'when');
    return {
      matchesStatus: compileStatus(member(row, 'status')),
      when: when && toExpression(when),
      code: codeOf(row),
    };
  });
}

/** The code of the first row that fits, `undefined` where none does. Without a status, `when` alone decides. */
export async function findRow(
  rows: readonly ResponseRow[],
  status: number | undefined,
  body: unknown,
): Promise<string | undefined> {
  for (const row of rows) {
    if (status !== undefined && !row.matchesStatus(status)) continue;
    if (row.when === undefined || (await holds(row.when, body))) return row.code;
  }
  return undefined;
}

/** A condition that cannot be evaluated over this body (a function got another type than it takes) does not hold. */
async function holds(when: Expression, body: unknown): Promise<boolean> {
  return isTruthy(await when.evaluate(body).catch(() => false));
}

function compileStatus(declared: Declared | undefined): (status: number) => boolean {
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

function codeOf(row: Declared): string {
  const declared = member(row, 'code');
  if (declared === undefined) throw invalid(row, 'must have a `code`');
  const code = textOf(declared);
  if (!isFaultCode(code))
    throw invalid(declared, `must be a fault code such as TL_TARGET_DUPLICATE, got "${code}"`);
  return code;
}
