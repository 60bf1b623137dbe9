import { type Declared, member, required, textOf, toOptionalExpression } from '../declared.ts';
import {
  compilePageSize,
  compilePut,
  createRepeatGuard,
  isLastPage,
  type StartPaging,
  toCount,
} from './pager.ts';

/** `?offset=0`, `?offset=100`, … until `total` records, or without it until a page is short or empty. */
export function compileOffsetPaging(paging: Declared): StartPaging {
  const param = textOf(required(paging, 'param'));
  const total = toOptionalExpression(member(paging, 'total'));
  const size = compilePageSize(paging);
  const put = compilePut(paging);

  return () => {
    let offset = 0;
    const guard = createRepeatGuard(paging);
    return {
      first: put({ ...size.overlay, [param]: offset }),
      async next({ records, response }) {
        guard(records);
        const count = toCount(await total?.evaluate(response.body));
        if (count === undefined ? isLastPage(records, size.value) : isLastPage(records, undefined))
          return undefined;
        offset += records.length;
        if (count !== undefined && offset >= count) return undefined;
        return put({ ...size.overlay, [param]: offset });
      },
    };
  };
}
