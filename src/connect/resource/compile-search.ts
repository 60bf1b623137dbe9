import type { Expression } from '../../mapping/expression.ts';
import type { Scope } from '../compile-text.ts';
import { type Declared, member, toOptionalExpression } from '../declared.ts';
import type { HttpResponse } from '../http/http-client.ts';
import { compilePaging } from '../paging/compile-paging.ts';
import type { StartPaging } from '../paging/pager.ts';
import type { Session } from '../session.ts';
import {
  compileRequest,
  layOver,
  type Overlay,
  type RequestTemplate,
  toHttpRequest,
} from './compile-request.ts';

/** A request that answers with records, over as many pages as there are: of a read, a find, an attachment. */
export interface Search {
  readonly request: RequestTemplate;
  readonly records: Expression | undefined;
  readonly startPaging: StartPaging;
}

export function compileSearch(declared: Declared): Search {
  return {
    request: compileRequest(declared, 'GET'),
    records: toOptionalExpression(member(declared, 'records')),
    startPaging: compilePaging(member(declared, 'paging')),
  };
}

export interface SearchRun {
  readonly operation: 'read' | 'find';
  readonly scope: Scope;
  /** Laid over the declared request, the last one on top; paging comes over all. */
  readonly overlays: readonly Overlay[];
  readonly signal: AbortSignal;
}

export interface FoundPage {
  readonly records: readonly unknown[];
  readonly isLast: boolean;
}

/** One page at a time; the next one is asked for when the caller comes back for it. A find that meets 404 has none. */
export async function* fetchPages(
  session: Session,
  search: Search,
  run: SearchRun,
): AsyncGenerator<FoundPage> {
  const { request } = search;
  const use = { operation: run.operation, idempotent: true, expectsJson: true } as const;
  const pager = search.startPaging({ scope: run.scope, origin: session.origin });
  const parts = layOver(await request.evaluate(run.scope), run.overlays);
  let overlay: Overlay | undefined = pager.first;
  while (overlay !== undefined) {
    const sent = toHttpRequest(session, request, layOver(parts, [overlay]), { ...use, url: overlay.url });
    const response = await session.client.send(sent, run.signal);
    if (response.absent) return;
    const records = await readRecords(search, response);
    overlay = await pager.next({ response, records, url: sent.url });
    yield { records, isLast: overlay === undefined };
  }
}

/** All pages in one list, for what is known to be small. */
export async function fetchAll(
  session: Session,
  search: Search,
  run: SearchRun,
): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  for await (const { records } of fetchPages(session, search, run)) all.push(...records);
  return all;
}

/** A lone record is a list of one: JSONata unwraps lists of one element. */
async function readRecords({ records }: Search, response: HttpResponse): Promise<readonly unknown[]> {
  const found = records === undefined ? response.body : await records.evaluate(response.body);
  if (found === undefined || found === null) return [];
  return Array.isArray(found) ? found : [found];
}
