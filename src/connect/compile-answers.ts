import type { ConnectionSettings } from '../contract/connector.ts';
import type { Manifest } from '../contract/generated/connector.ts';
import type { Expression } from '../mapping/expression/expression.ts';
import type { Dialect } from './answer/dialect.ts';
import { type Declaration, member, toExpression } from './declaration.ts';
import { compileResponseRows } from './http/response-rows.ts';

/** `responses` and `error`, of a manifest or of a connection. */
export type ResponseRules = Pick<Dialect, 'rows' | 'message' | 'code'>;

export function compileAnswers(declared: Declaration<Pick<Manifest, 'responses' | 'error'>>): ResponseRules {
  const error = member(declared, 'error');
  return {
    rows: compileResponseRows(member(declared, 'responses')),
    message: toExpressions(member(error, 'message')),
    code: toExpressions(member(error, 'code')),
  };
}

/** What the connection says is asked first; the manifest's own stays behind it. */
export function layOverAnswers(own: ResponseRules, over: ResponseRules): ResponseRules {
  return {
    rows: [...over.rows, ...own.rows],
    message: [...over.message, ...own.message],
    code: [...over.code, ...own.code],
  };
}

/** What a connection says of answers, with its places in the file. */
export function declaredAnswers({
  name,
  answers = {},
  placeOf = () => undefined,
}: ConnectionSettings): Declaration<Pick<Manifest, 'responses' | 'error'>> {
  return { value: answers, path: ['connections', name], placeOf };
}

function toExpressions(declared: Declaration | undefined): readonly Expression[] {
  return declared === undefined ? [] : [toExpression(declared)];
}
