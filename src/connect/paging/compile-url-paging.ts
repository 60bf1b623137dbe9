import { Fault } from '../../contract/fault.ts';
import type { ManifestPagingLink, ManifestPagingNext } from '../../contract/generated/connector.ts';
import { describeAnswerValue } from '../answer/describe-answer.ts';
import { atOf, type Declaration, pathText, required, toExpression } from '../declaration.ts';
import { headerOf } from '../http/parse-answer.ts';
import {
  compilePageSize,
  createLoopGuard,
  type Pager,
  type PageSeen,
  type PagingStart,
  pagingFault,
  refuseNamedAbsence,
  type StartPaging,
} from './pager.ts';
import { parseNextLink } from './parse-next-link.ts';

/** `type: next`: the body holds the URL of the next page, absolute or relative. */
export function compileNextPaging(paging: Declaration<ManifestPagingNext>): StartPaging {
  const url = toExpression(required(paging, 'url'));
  return compileUrlPaging(paging, async ({ response }) => url.evaluate(response.body));
}

/** `type: link`: a `Link` header with `rel=next` does (RFC 8288). */
export function compileLinkPaging(paging: Declaration<ManifestPagingLink>): StartPaging {
  return compileUrlPaging(paging, async ({ response }) => parseNextLink(headerOf(response.headers, 'link')));
}

function compileUrlPaging(
  paging: Declaration<ManifestPagingNext | ManifestPagingLink>,
  find: (seen: PageSeen) => Promise<unknown>,
): StartPaging {
  const size = compilePageSize(paging);
  return (start: PagingStart): Pager => {
    const guard = createLoopGuard(paging, 'URL of a next page');
    return {
      first: { query: size.overlay },
      refuseAbsence: refuseNamedAbsence(paging),
      async next(seen) {
        const found = await find(seen);
        if (found === undefined || found === null || found === '' || found === false) return undefined;
        if (typeof found !== 'string')
          throw pagingFault(
            paging,
            `the URL of the next page must be a text, and is ${describeAnswerValue(found)}`,
          );
        const url = toNextUrl(paging, found, { base: seen.url, start });
        guard(url);
        return { url };
      },
    };
  };
}

/** Whoever can write a URL into an answer must not be able to have requests sent to a host of theirs. */
function toNextUrl(
  paging: Declaration,
  text: string,
  { base, start: { origin, mayLead } }: { base: string; start: PagingStart },
): string {
  const url = URL.parse(text, base);
  // Without `user:password@` and `#…`, which nobody sends.
  if (url !== null && (url.origin === origin || mayLead(url)))
    return `${url.origin}${url.pathname}${url.search}`;
  const at = atOf(paging);
  const named = url?.origin === 'null' ? `one that begins with ${url.protocol}` : `one at ${url?.origin}`;
  const came = url === null ? 'something that is no URL' : named;
  const message = `${pathText(paging)}: the next page must stand at ${origin}, as the base URL does, or at a host that \`network.allow\` of the connection names; the system named ${came}`;
  throw new Fault('TL_CONNECTION_CONFIG', message, at === undefined ? {} : { at });
}
