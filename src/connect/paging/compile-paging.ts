import { choiceOf, type Declared, required } from '../declared.ts';
import { compileKeysetPaging } from './keyset.ts';
import { compileLinkPaging, compileNextPaging } from './next-url.ts';
import { compileOffsetPaging } from './offset.ts';
import { compilePagePaging } from './page.ts';
import type { StartPaging } from './pager.ts';
import { compileTokenPaging } from './token.ts';

const kinds = {
  page: compilePagePaging,
  offset: compileOffsetPaging,
  token: compileTokenPaging,
  link: compileLinkPaging,
  next: compileNextPaging,
  keyset: compileKeysetPaging,
} as const;

const onePage: StartPaging = () => ({ first: {}, next: async () => undefined });

/** `paging` of a read; without it everything comes on one page. */
export function compilePaging(declared: Declared | undefined): StartPaging {
  if (declared === undefined) return onePage;
  const type = choiceOf(required(declared, 'type'), ['page', 'offset', 'token', 'link', 'next', 'keyset']);
  return kinds[type](declared);
}
