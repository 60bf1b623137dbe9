import type { ManifestPagingToken } from '../../contract/generated/connector.ts';
import { describeAnswerValue } from '../answer/describe-answer.ts';
import { type Declaration, required, textOf, toExpression } from '../declaration.ts';
import {
  compilePageSize,
  compilePut,
  createLoopGuard,
  pagingFault,
  refuseNamedAbsence,
  type StartPaging,
} from './pager.ts';

/** Each page names the token of the next one; ends where it names none. */
export function compileTokenPaging(paging: Declaration<ManifestPagingToken>): StartPaging {
  const param = textOf(required(paging, 'param'));
  const token = toExpression(required(paging, 'token'));
  const size = compilePageSize(paging);
  const put = compilePut(paging);

  return () => {
    const guard = createLoopGuard(paging, 'page token');
    return {
      first: put(size.overlay),
      refuseAbsence: refuseNamedAbsence(paging),
      async next({ response }) {
        const value = await token.evaluate(response.body);
        if (value === undefined || value === null || value === '' || value === false) return undefined;
        if (typeof value !== 'string' && typeof value !== 'number')
          throw pagingFault(
            paging,
            `\`token: ${token.text}\` must give a text or a number, and gave ${describeAnswerValue(value)}`,
          );
        guard(String(value));
        return put({ ...size.overlay, [param]: value });
      },
    };
  };
}
