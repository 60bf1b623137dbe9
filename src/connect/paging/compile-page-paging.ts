import type { ManifestPagingPage } from '../../contract/generated/connector.ts';
import { resourceDefaults } from '../../contract/generated/defaults.ts';
import {
  type Declaration,
  member,
  numberOf,
  required,
  textOf,
  toOptionalExpression,
} from '../declaration.ts';
import { compilePageSize, compilePut, createEnd, createRepeatGuard, type StartPaging } from './pager.ts';

/** `?page=1`, `?page=2`, … until `total` pages, or without it until a page proves to be the last. */
export function compilePagePaging(paging: Declaration<ManifestPagingPage>): StartPaging {
  const param = textOf(required(paging, 'param'));
  const first = member(paging, 'first');
  const firstPage = first === undefined ? resourceDefaults.read.paging.first : numberOf(first);
  const total = toOptionalExpression(member(paging, 'total'));
  const size = compilePageSize(paging);
  const put = compilePut(paging);

  return ({ longest }) => {
    let page = firstPage;
    const guard = createRepeatGuard(paging);
    const end = createEnd(paging, { total, size, longest });
    return {
      first: put({ ...size.overlay, [param]: page }),
      refuseAbsence: end.refuseAbsence,
      async next(seen) {
        guard(seen.records);
        const number = page - firstPage + 1;
        const isEmpty = seen.records.length === 0;
        // A list without records may be called one page; behind others an empty one is none.
        const come = isEmpty && number > 1 ? number - 1 : number;
        // A system may give shorter pages than asked for: where it says how many there are, that decides.
        if (await end.isLast(seen, { come, least: isEmpty ? 0 : come })) return undefined;
        page += 1;
        return put({ ...size.overlay, [param]: page });
      },
    };
  };
}
