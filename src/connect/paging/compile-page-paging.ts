import { type Declared, member, numberOf, required, textOf, toOptionalExpression } from '../declared.ts';
import {
  compilePageSize,
  compilePut,
  createEndGuess,
  createRepeatGuard,
  emptyTooEarly,
  readTotal,
  type StartPaging,
} from './pager.ts';

/** `?page=1`, `?page=2`, … until `total` pages, or without it until a page proves to be the last. */
export function compilePagePaging(paging: Declared): StartPaging {
  const param = textOf(required(paging, 'param'));
  const first = member(paging, 'first');
  const firstPage = first === undefined ? 1 : numberOf(first);
  const total = toOptionalExpression(member(paging, 'total'));
  const size = compilePageSize(paging);
  const put = compilePut(paging);

  return ({ longest }) => {
    let page = firstPage;
    const guard = createRepeatGuard(paging);
    const end = createEndGuess(size.value, longest);
    return {
      first: put({ ...size.overlay, [param]: page }),
      async next(seen) {
        const { records, response } = seen;
        guard(records);
        const number = page - firstPage + 1;
        // A system may give shorter pages than asked for: where it says how many there are, that decides.
        const pages = await readTotal(paging, total, { response, least: records.length > 0 ? number : 0 });
        if (pages === undefined && end.isLast(records)) return undefined;
        if (pages !== undefined && number >= pages) return undefined;
        if (pages !== undefined && records.length === 0) throw emptyTooEarly(paging, pages);
        page += 1;
        return put({ ...size.overlay, [param]: page });
      },
    };
  };
}
