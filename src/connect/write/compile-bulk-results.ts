import type { WriteItem, WriteResult } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import type { Expression } from '../../mapping/expression.ts';
import {
  atOf,
  type Declared,
  member,
  pathText,
  required,
  toExpression,
  toOptionalExpression,
} from '../declared.ts';
import type { HttpResponse } from '../http/http-client.ts';
import { readWords } from '../http/judge-response.ts';
import { findRow } from '../http/response-rows.ts';
import { isTruthy } from '../is-truthy.ts';
import { compileFold } from '../resource/compile-find.ts';
import { toScalar } from '../resource/compile-record-value.ts';
import type { Session } from '../session.ts';
import type { Writing } from './compile-write.ts';
import { toFailed } from './write-all.ts';

/** Tells from the answer to a bulk request what became of each of its records. */
export interface BulkResults {
  /** Without `results` and `failures` an answer in the 2xx is believed to be true of all of them. */
  readonly isDeclared: boolean;
  read(
    items: readonly WriteItem[],
    response: HttpResponse,
    session: Session,
  ): Promise<readonly WriteResult[]>;
}

export function compileBulkResults(writing: Writing, bulk: Declared): BulkResults {
  const results = member(bulk, 'results');
  const failures = member(bulk, 'failures');
  if (results === undefined && failures === undefined) {
    return { isDeclared: false, read: async (items) => items.map(toUnnamed) };
  }
  const words = compileWords(bulk);
  const readOwn = results === undefined ? undefined : compileOwnResults(bulk, results, words);
  const readFailures = failures === undefined ? undefined : compileFailures(bulk, failures);
  return {
    isDeclared: true,
    async read(items, response, session) {
      const context: Context = { items, response, session, writing };
      const known = new Map<WriteItem, WriteResult>();
      for (const [item, result] of (await readOwn?.(context)) ?? []) known.set(item, result);
      for (const [item, result] of (await readFailures?.(context)) ?? []) known.set(item, result);
      return items.map(
        (item) => known.get(item) ?? (readOwn === undefined ? toUnnamed(item) : unknown(bulk)),
      );
    },
  };
}

interface Context {
  readonly items: readonly WriteItem[];
  readonly response: HttpResponse;
  readonly session: Session;
  readonly writing: Writing;
}

type Named = readonly (readonly [WriteItem, WriteResult])[];

interface Words {
  readonly message: Expression | undefined;
  readonly code: Expression | undefined;
}

function compileWords(declared: Declared): Words {
  return {
    message: toOptionalExpression(member(declared, 'message')),
    code: toOptionalExpression(member(declared, 'code')),
  };
}

function compileOwnResults(bulk: Declared, declared: Declared, words: Words) {
  const list = toExpression(declared);
  const match = toOptionalExpression(member(bulk, 'match'));
  const id = toOptionalExpression(member(bulk, 'id'));
  const etag = toOptionalExpression(member(bulk, 'etag'));
  const failed = toOptionalExpression(member(bulk, 'failed'));
  const fold = compileFold(bulk);

  return async (context: Context): Promise<Named> => {
    const results = toList(await list.evaluate(context.response.body));
    // One too many or too few, and the position says nothing of any of them.
    if (match === undefined && results.length !== context.items.length) return [];
    const byKey = toItemsByKey(context.items, fold);
    const named = await Promise.all(
      results.map(async (result, index) => {
        const key = toScalar(await match?.evaluate(result));
        const items =
          match === undefined ? context.items.slice(index, index + 1) : (byKey.get(fold(key ?? '')) ?? []);
        if (failed !== undefined && isTruthy(await failed.evaluate(result))) {
          const fault = await toRefusal(context, words, { result, declared: bulk });
          return items.map((item) => [item, toFailed(fault)] as const);
        }
        const foundId = toScalar(await id?.evaluate(result));
        const foundEtag = toScalar(await etag?.evaluate(result));
        return items.map((item) => [item, toWritten(item, foundId, foundEtag)] as const);
      }),
    );
    return named.flat();
  };
}

function compileFailures(bulk: Declared, declared: Declared) {
  const list = toExpression(required(declared, 'list'));
  const keys = toExpression(required(declared, 'keys'));
  const words = compileWords(declared);
  const fold = compileFold(bulk);

  return async (context: Context): Promise<Named> => {
    const byKey = toItemsByKey(context.items, fold);
    const named: (readonly [WriteItem, WriteResult])[] = [];
    for (const result of toList(await list.evaluate(context.response.body))) {
      const fault = await toRefusal(context, words, { result, declared });
      for (const key of toList(await keys.evaluate(result))) {
        for (const item of byKey.get(fold(toScalar(key) ?? '')) ?? []) named.push([item, toFailed(fault)]);
      }
    }
    return named;
  };
}

function toItemsByKey(items: readonly WriteItem[], fold: (key: string) => string): Map<string, WriteItem[]> {
  return Map.groupBy(items, (item) => fold(item.key));
}

/** A manifest's `responses` rows are asked of a single result as well, with its own members in place of the body's. */
async function toRefusal(
  { response, session, writing }: Context,
  words: Words,
  { result, declared }: { result: unknown; declared: Declared },
): Promise<Fault> {
  const message = await readWords(words.message, result);
  const code = await readWords(words.code, result);
  const { rows, connection } = session.dialect;
  const conditional = rows.filter((row) => row.when !== undefined);
  const at = atOf(declared);
  return new Fault(
    (await findRow(conditional, undefined, result)) ?? 'TL_TARGET_REJECTED',
    `${connection}: ${writing.request.label} refused the record${message === undefined ? '' : `: ${message}`}`,
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

function toWritten(item: WriteItem, id: string | undefined, etag: string | undefined): WriteResult {
  const known = id ?? item.id;
  return { ok: true, ...(known !== undefined && { id: known }), ...(etag !== undefined && { etag }) };
}

function unknown(bulk: Declared): WriteResult {
  const at = atOf(bulk);
  const message = `${pathText(bulk)}: the answer does not say what became of this record`;
  return { ok: false, fault: new Fault('TL_TARGET_UNKNOWN', message, at === undefined ? {} : { at }) };
}

function toList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}
