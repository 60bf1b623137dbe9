import { choiceOf, type Declared, required } from '../declared.ts';
import { compileKeysetPaging } from './compile-keyset-paging.ts';
import { compileOffsetPaging } from './compile-offset-paging.ts';
import { compilePagePaging } from './compile-page-paging.ts';
import { compileTokenPaging } from './compile-token-paging.ts';
import { compileLinkPaging, compileNextPaging } from './compile-url-paging.ts';
import type { StartPaging } from './pager.ts';

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
