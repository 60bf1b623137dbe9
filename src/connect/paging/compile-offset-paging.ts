import type { ManifestPagingOffset } from '../../contract/generated/connector.ts';
import { type Declaration, member, required, textOf, toOptionalExpression } from '../declaration.ts';
import { compilePageSize, compilePut, createEnd, createRepeatGuard, type StartPaging } from './pager.ts';

/** `?offset=0`, `?offset=100`, … until `total` records, or without it until a page proves to be the last. */
export function compileOffsetPaging(paging: Declaration<ManifestPagingOffset>): StartPaging {
  const param = textOf(required(paging, 'param'));
  const total = toOptionalExpression(member(paging, 'total'));
  const size = compilePageSize(paging);
  const put = compilePut(paging);

  return ({ longest }) => {
    let offset = 0;
    const guard = createRepeatGuard(paging);
    const end = createEnd(paging, { total, size, longest });
    return {
      first: put({ ...size.overlay, [param]: offset }),
      refuseAbsence: end.refuseAbsence,
      async next(seen) {
        guard(seen.records);
        offset += seen.records.length;
        if (await end.isLast(seen, { come: offset })) return undefined;
        return put({ ...size.overlay, [param]: offset });
      },
    };
  };
}
