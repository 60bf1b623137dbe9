import { flawIn } from '../../contract/exact-json/json-flaws.ts';
import { Fault } from '../../contract/fault.ts';
import type { ManifestAttachment, ManifestFind, ManifestRead } from '../../contract/generated/connector.ts';
import { resourceDefaults } from '../../contract/generated/defaults.ts';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { compileInstead, compileList, isNoList, type List } from '../answer/compile-list.ts';
import { type Envelope, isEnvelope } from '../answer/find-sign.ts';
import { compileSpeaksOf } from '../answer/speaks-of.ts';
import type { TemplateScope } from '../compile-text.ts';
import { type Declaration, member, numberOf, textOf } from '../declaration.ts';
import { type HttpRequest, type HttpResponse, told } from '../http/http-client.ts';
import { compilePaging } from '../paging/compile-paging.ts';
import type { StartPaging } from '../paging/pager.ts';
import type { RecordValue } from '../resource/compile-record-value.ts';
import { compileRequest, type RequestTemplate } from '../resource/compile-request.ts';
import { type FlawedRecord, findFlawed } from '../resource/flawed-records.ts';
import {
  layOver,
  type Overlay,
  type RequestUse,
  toBody,
  toHttpRequest,
} from '../resource/to-http-request.ts';
import type { Session } from '../session.ts';

/** A request that answers with records, over as many pages as there are: of a read, a find, an attachment. */
export interface Search {
  readonly request: RequestTemplate;
  readonly startPaging: StartPaging;
  /** Asks for a page of one record, where the system lets a page be that short. */
  readonly shortPage: Overlay;
  readonly use: Readonly<Record<SearchRun['operation'], RequestUse>>;
  readonly records: List;
  /** Where no `records` are declared: is this body one record? */
  readonly isRecord: (body: unknown) => Promise<boolean>;
  /** Under which its longest page is remembered; `undefined` where nothing depends on it. */
  readonly measuredAs: string | undefined;
}

/** @param key - of its records, where that is known: a body that is no list can only be told for a record by it. */
export function compileSearch(
  declared: Declaration<ManifestRead | ManifestFind | ManifestAttachment>,
  name: string,
  key?: RecordValue,
): Search {
  const request = compileRequest(declared, resourceDefaults.read.method);
  const recordsDeclared = member(declared, 'records');
  const instead = compileInstead(member(declared, 'instead'));
  const isRecord = async (body: unknown): Promise<boolean> =>
    recordsDeclared === undefined && isJsonObject(body) && (await hasKey(key, body));
  const envelope: Envelope = {
    speaksOf: compileSpeaksOf([recordsDeclared, member(declared, 'paging'), member(declared, 'key')]),
    // Beside its key a record has something that no envelope has.
    isRecord: async (body) =>
      key !== undefined && (await isRecord(body)) && !isEnvelope(await withoutKey(body, key)),
  };
  const use = {
    idempotent: true,
    expectsJson: true,
    mayBeEmpty: instead.has('noBody'),
    namesRecord: request.pathNames('key') || request.pathNames('keys'),
    envelope,
  };
  return {
    request,
    records: compileList(recordsDeclared, instead),
    startPaging: compilePaging(declared),
    shortPage: toShortPage(member(declared, 'paging')),
    isRecord,
    measuredAs: measuredAs(name, member(member(declared, 'paging'), 'size')),
    use: { read: { ...use, operation: 'read' }, find: { ...use, operation: 'find' } },
  };
}

function toShortPage(paging: Declaration | undefined): Overlay {
  const param = member(member(paging, 'size'), 'param');
  if (param === undefined) return {};
  const one = { [textOf(param)]: 1 };
  return member(paging, 'in')?.value === 'body' ? { body: one } : { query: one };
}

/** Asked for another number of records, a system may cut elsewhere. */
function measuredAs(name: string, size: Declaration | undefined): string | undefined {
  const value = member(size, 'value');
  return value === undefined ? undefined : `${name} by ${numberOf(value)}`;
}

/** What is attached to a record has no key that is known. */
async function hasKey(key: RecordValue | undefined, body: JsonObject): Promise<boolean> {
  return key === undefined ? Object.keys(body).length > 0 : (await key.evaluate(body)) !== undefined;
}

/** What a body has besides the member that holds its key. */
async function withoutKey(body: JsonObject, key: RecordValue): Promise<JsonObject> {
  const value = await key.evaluate(body);
  return Object.fromEntries(Object.entries(body).filter(([, each]) => String(each) !== value));
}

export interface SearchRun {
  readonly operation: 'read' | 'find';
  readonly scope: TemplateScope;
  /** Laid over the declared request, the last one on top; paging comes over all. */
  readonly overlays: readonly Overlay[];
  /** The first page only, and a short one. */
  readonly isSample?: boolean;
  readonly signal: AbortSignal;
}

export interface FoundPage {
  readonly records: readonly unknown[];
  readonly isLast: boolean;
  /** Those of the records that nobody can rely on, and why. */
  readonly flawed: ReadonlyMap<unknown, FlawedRecord>;
}

/** One page at a time; the next one is asked for when the caller comes back for it. A find that meets 404 has none. */
export async function* fetchPages(
  session: Session,
  search: Search,
  run: SearchRun,
): AsyncGenerator<FoundPage> {
  const { request, measuredAs } = search;
  const longest = measuredAs === undefined ? 0 : await session.pages.longest(measuredAs);
  const pager = search.startPaging({
    scope: run.scope,
    origin: session.origin,
    mayLead: session.reach.mayLead,
    longest,
  });
  const parts = layOver(await request.evaluate(run.scope), run.overlays);
  let overlay: Overlay | undefined = pager.first;
  while (overlay !== undefined) {
    const isNextPage = overlay !== pager.first;
    const laid = layOver(parts, run.isSample ? [overlay, search.shortPage] : [overlay]);
    const content = { parts: laid, body: toBody(laid.body), url: overlay.url, isNextPage };
    const sent = toHttpRequest(session, request, content, search.use[run.operation]);
    const response = await session.client.send(sent, run.signal);
    if (response.absent) {
      if (isNextPage) pager.refuseAbsence();
      // The end of the list, as an empty page is: only now may a cursor move that needs all of it.
      yield { records: [], flawed: none, isLast: true };
      return;
    }
    const records = await readRecords(session, search, { sent, response });
    const flawed = isFlawed(response)
      ? findFlawed(records, response, { told: told(session.dialect, request), at: sent.at })
      : none;
    if (run.isSample) {
      yield { records, flawed, isLast: true };
      return;
    }
    if (measuredAs !== undefined) await session.pages.note(measuredAs, records.length);
    overlay = await pager.next({ response, records, url: sent.url });
    yield { records, flawed, isLast: overlay === undefined };
  }
}

const none: FoundPage['flawed'] = new Map();

/** Can nobody rely on something of it? Hardly ever, and it is found out with each answer. */
function isFlawed({ body, broken }: HttpResponse): boolean {
  return broken !== undefined || flawIn(body) !== undefined;
}

/**
 * All pages in one list, for what is known to be small. What is flawed in a record that is looked up counts as not
 * there: its key and id can be relied on all the same. One that is read is none at all.
 */
export async function fetchAll(
  session: Session,
  search: Search,
  run: SearchRun,
): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  for await (const { records, flawed } of fetchPages(session, search, run)) {
    const [first] = flawed.values();
    if (first !== undefined && run.operation === 'read') throw first.fault;
    for (const record of records) all.push(record);
  }
  return all;
}

/**
 * The records of an answer. One without its list is no empty list: it may be an error, a login page, another version
 * of the interface. A question to the source cannot be understood then; of a target nothing is known.
 */
async function readRecords(
  session: Session,
  { records, isRecord }: Search,
  { sent, response }: { readonly sent: HttpRequest; readonly response: HttpResponse },
): Promise<readonly unknown[]> {
  const { body, form, status } = response;
  if (form === 'empty') return [];
  if (await isRecord(body)) return [body];
  const taken = await records.take(body);
  if (!isNoList(taken)) return taken;
  // The list itself may be what stands twice.
  findFlawed([], response, { told: told(session.dialect, sent), at: sent.at });
  const wanted = records.text === undefined ? 'a list' : `a list at \`${records.text}\``;
  throw new Fault(
    sent.operation === 'read' ? 'TL_SOURCE_UNREADABLE' : 'TL_SYSTEM_BAD_RESPONSE',
    `${told(session.dialect, sent)} answered ${status} without ${wanted}: ${taken.problem}`,
    { answer: { status }, ...(sent.at !== undefined && { at: sent.at }) },
  );
}
