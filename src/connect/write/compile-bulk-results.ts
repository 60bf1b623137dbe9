import type { WriteItem, WriteResult } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { isFaultCode } from '../../contract/fault-table.ts';
import type { ManifestBulk } from '../../contract/generated/connector.ts';
import { andThen, type Soon } from '../../contract/soon.ts';
import { toJsonText } from '../../contract/text/raw-text.ts';
import type { Expression } from '../../mapping/expression/expression.ts';
import { compileList, isNoList, type NoList } from '../answer/compile-list.ts';
import { findSign } from '../answer/find-sign.ts';
import { findWords } from '../answer/find-words.ts';
import { isRecordSent, isSentBack } from '../answer/record-sent.ts';
import { readWords, shown } from '../answer/system-words.ts';
import {
  atOf,
  type Declaration,
  member,
  pathText,
  required,
  toExpression,
  toOptionalExpression,
} from '../declaration.ts';
import type { HttpResponse } from '../http/http-client.ts';
import { findRow } from '../http/response-rows.ts';
import { isTruthy } from '../is-truthy.ts';
import { toScalar } from '../resource/compile-record-value.ts';
import type { Session } from '../session.ts';
import { proveId, refuseWithoutId, toId, toWritten } from './read-ids.ts';
import { toFailed } from './write-all.ts';
import type { WriteTemplate } from './write-template.ts';

/** Reads from the answer to a bulk request what became of each of its records. */
export interface BulkResults {
  /** Without `results` and `failures` an answer in the 2xx is believed to be true of all of them. */
  readonly isDeclared: boolean;
  read(items: readonly WriteItem[], response: HttpResponse, session: Session): Promise<BulkAnswer>;
}

export interface BulkAnswer {
  readonly results: readonly WriteResult[];
  /** Does it name any of the records? */
  readonly namesAny: boolean;
}

export function compileBulkResults(writing: WriteTemplate, bulk: Declaration<ManifestBulk>): BulkResults {
  const results = member(bulk, 'results');
  const failures = member(bulk, 'failures');
  if (results === undefined && failures === undefined) {
    return {
      isDeclared: false,
      read: async (items) => ({ results: items.map(toUnnamed), namesAny: false }),
    };
  }
  const words = compileWords(bulk);
  const readOwn = results && compileOwnResults(writing, { bulk, results, words });
  const readFailures = failures && compileFailures(writing, failures);
  return {
    isDeclared: true,
    async read(items, response, session) {
      const context: Context = { items, response, session, writing };
      const known = new Map<WriteItem, WriteResult>();
      for (const [item, result] of (await readOwn?.(context)) ?? []) {
        const other = known.get(item);
        known.set(item, other === undefined || isSame(other, result) ? result : unknown(bulk));
      }
      for (const [item, result] of (await readFailures?.(context)) ?? []) known.set(item, result);
      const named = items.map(
        (item) => known.get(item) ?? (readOwn === undefined ? toUnnamed(item) : unknown(bulk)),
      );
      return { results: named, namesAny: known.size > 0 };
    },
  };
}

interface Context {
  readonly items: readonly WriteItem[];
  readonly response: HttpResponse;
  readonly session: Session;
  readonly writing: WriteTemplate;
}

type Named = readonly (readonly [WriteItem, WriteResult])[];

interface Words {
  readonly message: readonly Expression[];
  readonly code: readonly Expression[];
}

function compileWords(declared: Declaration): Words {
  const at = (name: string): readonly Expression[] => {
    const expression = toOptionalExpression(member(declared, name));
    return expression === undefined ? [] : [expression];
  };
  return { message: at('message'), code: at('code') };
}

interface ResultsDeclaration {
  readonly bulk: Declaration;
  readonly results: Declaration;
  readonly words: Words;
}

/** How the results are matched to the records, and what is in each. */
interface OwnResults {
  readonly bulk: Declaration;
  readonly words: Words;
  readonly id: Expression | undefined;
  readonly etag: Expression | undefined;
  readonly failed: Expression | undefined;
}

function compileOwnResults(
  { identity }: WriteTemplate,
  { bulk, results: declared, words }: ResultsDeclaration,
) {
  const list = compileList(declared, new Set());
  const optional = (name: string) => toOptionalExpression(member(bulk, name));
  const match = optional('match');
  const own: OwnResults = {
    ...{ bulk, words },
    ...{ id: optional('id'), etag: optional('etag'), failed: optional('failed') },
  };
  const { fold } = identity;

  return async (context: Context): Promise<Named> => {
    const results = takeList(declared, await list.take(context.response.body));
    // One too many or too few, and the position says nothing of any of them.
    if (match === undefined && results.length !== context.items.length) return [];
    const byKey = toItemsByKey(context.items, fold);
    const matching = (value: unknown) => byKey.get(fold(toScalar(value) ?? '')) ?? [];
    const named: (readonly [WriteItem, WriteResult])[] = [];
    for (let index = 0; index < results.length; index++) {
      const result = results[index];
      const meant =
        match === undefined ? standingAt(context, result, index) : andThen(match.evaluate(result), matching);
      for (const item of meant instanceof Promise ? await meant : meant) {
        const read = readResult(context, own, { result, item });
        named.push([item, read instanceof Promise ? await read : read]);
      }
    }
    return named;
  };
}

/** The position says whose result it is, unless it has the key of another record: then they are not in order. */
function standingAt(
  { items, writing: { identity } }: Context,
  result: unknown,
  index: number,
): Soon<readonly WriteItem[]> {
  const item = items[index];
  if (item === undefined) return [];
  return andThen(identity.foundKey.evaluate(result), (found) => {
    const key = found === undefined ? undefined : identity.fold(found);
    if (key === undefined || key === identity.fold(item.key)) return [item];
    return items.some((other) => identity.fold(other.key) === key) ? [] : [item];
  });
}

interface ResultOf {
  readonly result: unknown;
  readonly item: WriteItem;
}

function readResult(context: Context, own: OwnResults, { result, item }: ResultOf): Soon<WriteResult> {
  const { bulk, words } = own;
  return andThen(isFailed(context.writing, own, { result, item }), (failed) =>
    failed
      ? toRefusal(context, words, { result, declared: bulk }).then(toFailed)
      : readWritten(context, own, { result, item }),
  );
}

function readWritten(context: Context, { bulk, id, etag }: OwnResults, of: ResultOf): Soon<WriteResult> {
  const { result, item } = of;
  const { session, writing, response } = context;
  const said = id === undefined ? proveId(writing, item, result) : andThen(id.evaluate(result), toId);
  return andThen(said, (told): Soon<WriteResult> => {
    if (writing.kind === 'create' && id !== undefined && told === undefined)
      return refuseWithoutId(result, { response, session, declared: bulk }, id);
    return andThen(etag?.evaluate(result), (tag) => toWritten(item, told, toId(tag)));
  });
}

function isFailed(
  { identity, speaksOf }: WriteTemplate,
  { failed }: OwnResults,
  { result, item: { payload } }: ResultOf,
): Soon<boolean> {
  return andThen(failed?.evaluate(result), (said) => {
    if (isTruthy(said)) return true;
    const sign = findSign(result, (name, value) => speaksOf(name) || isSentBack(payload, name, value));
    return sign !== undefined && isRecordSent(payload, sign.answer, identity).then((isRecord) => !isRecord);
  });
}

function compileFailures({ identity: { fold } }: WriteTemplate, declared: Declaration) {
  // Where nothing failed, systems leave the list out.
  const list = compileList(required(declared, 'list'), new Set(['missing', 'empty']));
  const keys = toExpression(required(declared, 'keys'));
  const words = compileWords(declared);

  return async (context: Context): Promise<Named> => {
    const byKey = toItemsByKey(context.items, fold);
    const named: (readonly [WriteItem, WriteResult])[] = [];
    for (const result of takeList(declared, await list.take(context.response.body))) {
      const fault = await toRefusal(context, words, { result, declared });
      for (const key of toList(await keys.evaluate(result))) {
        for (const item of byKey.get(fold(toScalar(key) ?? '')) ?? []) named.push([item, toFailed(fault)]);
      }
    }
    return named;
  };
}

/** Of an answer without its list it is not known what became of the records. */
function takeList(declared: Declaration, taken: readonly unknown[] | NoList): readonly unknown[] {
  if (!isNoList(taken)) return taken;
  const at = atOf(declared);
  const message = `${pathText(declared)}: the answer has no list there: ${taken.problem}`;
  throw new Fault('TL_TARGET_UNKNOWN', message, at === undefined ? {} : { at });
}

function toItemsByKey(items: readonly WriteItem[], fold: (key: string) => string): Map<string, WriteItem[]> {
  return Map.groupBy(items, (item) => fold(item.key));
}

/** Rows of `responses` are asked of a single result as well, with its own members in place of the body's. */
async function toRefusal(
  { response, session, writing }: Context,
  words: Words,
  { result, declared }: { result: unknown; declared: Declaration },
): Promise<Fault> {
  const { dialect } = session;
  const usual = findWords(result);
  const message = (await readWords(words.message, result, dialect)) ?? shown(dialect, usual.message);
  const code = (await readWords(words.code, result, dialect)) ?? shown(dialect, usual.code);
  const conditional = dialect.rows.filter((row) => row.when !== undefined && isFaultCode(row.code));
  const row = await findRow(conditional, { operation: writing.kind, status: undefined, body: result });
  const detail = message ?? shown(dialect, toJsonText(result));
  const at = atOf(declared);
  return new Fault(
    row ?? 'TL_TARGET_REJECTED',
    `${dialect.connection}: ${writing.request.label} refused the record${detail === undefined ? '' : `: ${detail}`}`,
    {
      answer: {
        status: response.status,
        ...(code !== undefined && { code }),
        ...(message !== undefined && { message }),
      },
      ...(at !== undefined && { at }),
    },
  );
}

function toUnnamed(item: WriteItem): WriteResult {
  return toWritten(item, undefined, undefined);
}

function unknown(bulk: Declaration): WriteResult {
  const at = atOf(bulk);
  const message = `${pathText(bulk)}: the answer does not say what became of this record`;
  return { ok: false, fault: new Fault('TL_TARGET_UNKNOWN', message, at === undefined ? {} : { at }) };
}

function isSame(one: WriteResult, other: WriteResult): boolean {
  return one.ok && other.ok ? one.id === other.id : one.ok === other.ok;
}

function toList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
