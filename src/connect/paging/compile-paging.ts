import type { ManifestRead } from '../../contract/generated/connector.ts';
import { isJsonObject } from '../../contract/json.ts';
import { choiceOf, type Declaration, member, required } from '../declaration.ts';
import { headerOf } from '../http/parse-answer.ts';
import { compileKeysetPaging } from './compile-keyset-paging.ts';
import { compileOffsetPaging } from './compile-offset-paging.ts';
import { compilePagePaging } from './compile-page-paging.ts';
import { compileTokenPaging } from './compile-token-paging.ts';
import { compileLinkPaging, compileNextPaging } from './compile-url-paging.ts';
import { pagingFault, type StartPaging } from './pager.ts';
import { parseNextLink } from './parse-next-link.ts';

const kinds = {
  page: compilePagePaging,
  offset: compileOffsetPaging,
  token: compileTokenPaging,
  link: compileLinkPaging,
  next: compileNextPaging,
  keyset: compileKeysetPaging,
} as const;

/** Everything comes on one page: one that names a next page has not given everything. */
function compileOnePage(search: Declaration): StartPaging {
  return () => ({
    first: {},
    refuseAbsence: () => {},
    async next({ response: { headers, body } }) {
      const next = isJsonObject(body) ? body['@odata.nextLink'] : undefined;
      const named = typeof next === 'string' ? '`@odata.nextLink`' : 'the `Link` header';
      const link = headerOf(headers, 'link');
      if (typeof next !== 'string' && (link === undefined || parseNextLink(link) === undefined))
        return undefined;
      throw pagingFault(
        search,
        `the answer is one page of several (${named} names the next): say \`paging\``,
      );
    },
  });
}

/** `paging` of a read; without it everything comes on one page. */
export function compilePaging(search: Declaration<Pick<ManifestRead, 'paging'>>): StartPaging {
  const declared = member(search, 'paging');
  if (declared === undefined) return compileOnePage(search);
  const type = choiceOf(required(declared, 'type'), ['page', 'offset', 'token', 'link', 'next', 'keyset']);
  // Of which kind it is, its `type` has said.
  const compile: (paging: Declaration<never>) => StartPaging = kinds[type];
  return compile(declared as Declaration<never>);
}
