import type { Clock, CursorTime, Page, ReadRequest } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import type { ManifestRead } from '../../contract/generated/connector.ts';
import { present } from '../../contract/present.ts';
import { moveBack, toFormOf } from '../../mapping/moments/cursor-time.ts';
import type { TemplateScope } from '../compile-text.ts';
import { atOf, type Declaration, invalid, member, pathText } from '../declaration.ts';
import { compileSearch, fetchPages, type Search } from '../find/compile-search.ts';
import type { OpenSession } from '../session.ts';
import { type Attachment, attachAll, compileAttachments } from './attach-all.ts';
import { type Cursor, compileCursor } from './compile-cursor.ts';
import type { Identity } from './compile-identity.ts';
import { startProgress } from './start-progress.ts';
import type { Overlay } from './to-http-request.ts';

/** `read` of a resource: pages of records from a cursor on, each with what is attached to it. */
export interface CompiledRead {
  readonly search: Search;
  /** Where the cursor is a time. */
  readonly cursorTime: CursorTime | undefined;
  bind(open: OpenSession, clock: Clock): (request: ReadRequest) => AsyncIterable<Page>;
}

/** @param resource - name of the resource, under which its longest page is remembered. */
export function compileRead(
  declared: Declaration<ManifestRead>,
  identity: Identity,
  resource: string,
): CompiledRead {
  const search = compileSearch(declared, resource, identity.foundKey);
  const cursorDeclared = member(declared, 'cursor');
  const cursor = cursorDeclared && compileCursor(cursorDeclared);
  if (cursor && cursor.type !== 'time' && cursor.order === 'none' && member(declared, 'paging')) {
    // Nothing says how far it may move: the highest one seen may be of a change that came after one that was missed.
    throw invalid(
      cursorDeclared,
      `of \`type: ${cursor.type}\` over several pages needs records in its order: have them sorted by it, and say \`order: ascending\``,
    );
  }
  const attachments = compileAttachments(member(declared, 'attach'), resource);
  const reading: Reading = { declared, search, cursor, attachments };
  const cursorTime = cursor && toCursorTime(cursor);
  return {
    search,
    cursorTime,
    bind: (open, clock) => (request) => readPages(reading, open, { request, clock }),
  };
}

function toCursorTime({ type, timezone }: Cursor): CursorTime | undefined {
  if (type !== 'time') return undefined;
  return {
    moveBack: (cursor, ms) => moveBack(cursor, ms, timezone),
    toFormOf: (sample, ms) => toFormOf(sample, ms, timezone),
  };
}

interface Reading {
  readonly declared: Declaration;
  readonly search: Search;
  readonly cursor: Cursor | undefined;
  readonly attachments: readonly Attachment[];
}

async function* readPages(
  reading: Reading,
  open: OpenSession,
  { request, clock }: { request: ReadRequest; clock: Clock },
): AsyncGenerator<Page> {
  const { cursor, search } = reading;
  const session = await open();
  const { signal, until, where, isSample = false } = request;
  if (until !== undefined && cursor === undefined)
    throw cannot(reading.declared, 'has no `cursor`, so it cannot stop at one');
  const from = request.cursor ?? cursor?.initial;
  const scope: TemplateScope = { config: session.config, where, cursor: cursor && from, until };
  const progress = cursor && startProgress(cursor, { from, until, startedAt: clock.now() });
  const overlays = [toWhere(reading, request, from), ...((await cursor?.overlays(scope)) ?? [])];
  const run = { operation: 'read', scope, overlays, isSample, signal } as const;
  for await (const page of fetchPages(session, search, run)) {
    const { records: taken, trouble } = (await progress?.take(page.records)) ?? {
      ...page,
      trouble: undefined,
    };
    const reached = progress?.cursorAfter(page.isLast);
    const whole = taken.filter((record) => !page.flawed.has(record));
    const attached = (
      await attachAll(session, reading.attachments, { records: whole, scope, signal })
    ).values();
    const records = taken.map(
      (record) => page.flawed.get(record) ?? present(attached.next().value, 'one answer a record'),
    );
    yield {
      records,
      ...(reached !== undefined && { cursor: reached }),
      ...(trouble !== undefined && { cursorTrouble: trouble }),
    };
    // In the cursor's order nothing that is wanted comes after the first one behind the end.
    if (cursor?.order === 'ascending' && taken.length < page.records.length) return;
  }
}

/** The flow's `where` is laid over the query, or over the body where the request has one. */
function toWhere(
  { search, cursor, declared }: Reading,
  { where }: ReadRequest,
  from: string | undefined,
): Overlay {
  const names = Object.keys(where);
  if (names.length === 0) return {};
  for (const name of from === undefined ? [] : names) {
    const source = cursor?.sources[name];
    // The cursor would silently replace what the flow asked for, and the read would give records it does not want.
    if (source !== undefined && !/\bwhere\b/.test(source)) {
      throw cannot(declared, `sets the parameter ${name} for its cursor; \`where\` cannot set it too`);
    }
  }
  return search.request.method === 'GET' ? { query: where } : { body: where };
}

function cannot(declared: Declaration, problem: string): Fault {
  const at = atOf(declared);
  return new Fault(
    'TL_CONNECTION_CONFIG',
    `${pathText(declared)} ${problem}`,
    at === undefined ? {} : { at },
  );
}
