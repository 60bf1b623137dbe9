import { type Declared, member, numberOf, required, textOf, toOptionalExpression } from '../declared.ts';
import {
  compilePageSize,
  compilePut,
  createRepeatGuard,
  isLastPage,
  type StartPaging,
  toCount,
} from './pager.ts';

/** `?page=1`, `?page=2`, … until `total` pages, or without it until a page is short or empty. */
export function compilePagePaging(paging: Declared): StartPaging {
  const param = textOf(required(paging, 'param'));
  const first = member(paging, 'first');
  const firstPage = first === undefined ? 1 : numberOf(first);
  const total = toOptionalExpression(member(paging, 'total'));
  const size = compilePageSize(paging);
  const put = compilePut(paging);

  return () => {
    let page = firstPage;
    const guard = createRepeatGuard(paging);
    return {
      first: put({ ...size.overlay, [param]: page }),
      async next({ records, response }) {
        guard(records);
        const pages = toCount(await total?.evaluate(response.body));
        // A system may give shorter pages than asked for: where it says how many there are, that decides.
        if (pages === undefined ? isLastPage(records, size.value) : isLastPage(records, undefined))
          return undefined;
        if (pages !== undefined && page - firstPage + 1 >= pages) return undefined;
        page += 1;
        return put({ ...size.overlay, [param]: page });
      },
    };
  };
}
