import { compileTexts } from '../compile-text.ts';
import { type Declared, invalid, member, required, toExpression, toTree } from '../declared.ts';
import { type Overlay, toOverlayBody } from '../resource/compile-request.ts';
import {
  compilePageSize,
  compilePut,
  createLoopGuard,
  isLastPage,
  pagingFault,
  type StartPaging,
} from './pager.ts';

/**
 * "Give me those after the last one I have": stays right while rows come and go. `query` (and `body`, for searches
 * by POST) is laid over from the second page on, with `last` in scope.
 */
export function compileKeysetPaging(paging: Declared): StartPaging {
  const last = toExpression(required(paging, 'last'));
  const query = compileTexts(member(paging, 'query'));
  const bodyDeclared = member(paging, 'body');
  const body = bodyDeclared && toTree(bodyDeclared);
  if (bodyDeclared === undefined && member(paging, 'query') === undefined) {
    throw invalid(paging, 'must have `query` or `body`: nothing would ask for the next page');
  }
  const size = compilePageSize(paging);
  const put = compilePut(paging);

  return ({ scope }) => {
    const guard = createLoopGuard(paging, 'last value');
    return {
      first: put(size.overlay),
      async next({ records }): Promise<Overlay | undefined> {
        if (isLastPage(records, size.value)) return undefined;
        const value = await last.evaluate(records.at(-1));
        if (value === undefined || value === null) {
          throw pagingFault(paging, 'the last record of a page has no value to go on from');
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
