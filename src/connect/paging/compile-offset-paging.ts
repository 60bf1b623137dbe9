import { type Declared, member, required, textOf, toOptionalExpression } from '../declared.ts';
import {
  compilePageSize,
  compilePut,
  createEndGuess,
  createRepeatGuard,
  emptyTooEarly,
  readTotal,
  type StartPaging,
} from './pager.ts';

/** `?offset=0`, `?offset=100`, … until `total` records, or without it until a page proves to be the last. */
export function compileOffsetPaging(paging: Declared): StartPaging {
  const param = textOf(required(paging, 'param'));
  const total = toOptionalExpression(member(paging, 'total'));
  const size = compilePageSize(paging);
  const put = compilePut(paging);

  return ({ longest }) => {
    let offset = 0;
    const guard = createRepeatGuard(paging);
    const end = createEndGuess(size.value, longest);
    return {
      first: put({ ...size.overlay, [param]: offset }),
      async next(seen) {
        const { records, response } = seen;
        guard(records);
        const count = await readTotal(paging, total, { response, least: offset + records.length });
        if (count === undefined && end.isLast(records)) return undefined;
        offset += records.length;
        if (count !== undefined && offset >= count) return undefined;
        if (count !== undefined && records.length === 0) throw emptyTooEarly(paging, count);
        return put({ ...size.overlay, [param]: offset });
      },
    };
  };
}
