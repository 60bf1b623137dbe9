import type { ManifestPagingKeyset } from '../../contract/generated/connector.ts';
import { describeAnswerValue } from '../answer/describe-answer.ts';
import { compileTexts } from '../compile-text.ts';
import {
  type Declaration,
  invalid,
  member,
  required,
  toExpression,
  toOptionalExpression,
  toTree,
} from '../declaration.ts';
import { type Overlay, toOverlayBody } from '../resource/to-http-request.ts';
import {
  compilePageSize,
  compilePut,
  createEnd,
  createLoopGuard,
  pagingFault,
  type StartPaging,
} from './pager.ts';

/**
 * "Give me those after the last one I have": stays right while rows come and go. `query` (and `body`, for searches
 * by POST) is laid over from the second page on, with `last` in scope. `total` counts what fits that request: this page
 * and those behind it.
 */
export function compileKeysetPaging(paging: Declaration<ManifestPagingKeyset>): StartPaging {
  const last = toExpression(required(paging, 'last'));
  const query = compileTexts(member(paging, 'query'));
  const bodyDeclared = member(paging, 'body');
  const body = bodyDeclared && toTree(bodyDeclared);
  if (bodyDeclared === undefined && member(paging, 'query') === undefined) {
    throw invalid(paging, 'must have `query` or `body`: nothing would ask for the next page');
  }
  const total = toOptionalExpression(member(paging, 'total'));
  const size = compilePageSize(paging);
  const put = compilePut(paging);

  return ({ scope, longest }) => {
    const guard = createLoopGuard(paging, 'last value');
    const end = createEnd(paging, { total, size, longest });
    let come = 0;
    return {
      first: put(size.overlay),
      refuseAbsence: end.refuseAbsence,
      async next(seen): Promise<Overlay | undefined> {
        const { records } = seen;
        const uncounted = come;
        come += records.length;
        if (await end.isLast(seen, { come, least: records.length, uncounted })) return undefined;
        const value = await last.evaluate(records.at(-1));
        if ((typeof value !== 'string' && typeof value !== 'number') || value === '') {
          const came = describeAnswerValue(value);
          throw pagingFault(paging, `the last record of a page has no value to go on from, but ${came}`);
        }
        guard(String(value));
        const inside = { ...scope, last: value };
        const sized = put(size.overlay);
        const over = toOverlayBody(await body?.apply(inside));
        return {
          query: { ...sized.query, ...(await query.evaluate(inside)) },
          ...(sized.body || over ? { body: { ...sized.body, ...over } } : {}),
        };
      },
    };
  };
}
