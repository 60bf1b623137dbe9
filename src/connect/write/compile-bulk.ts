import type { WriteItem, WriteResult } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import type { ManifestBulk } from '../../contract/generated/connector.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { Soon } from '../../contract/soon.ts';
import { toJsonText } from '../../contract/text/raw-text.ts';
import { readSystemWords } from '../answer/system-words.ts';
import { type Declaration, invalid, member, toTree } from '../declaration.ts';
import { type HttpRequest, type HttpResponse, told } from '../http/http-client.ts';
import { findFailure } from '../http/judge-response.ts';
import { expressionsOf, mentions } from '../resource/mentions.ts';
import { toChunks } from '../resource/to-chunks.ts';
import { toBody, toHttpRequest } from '../resource/to-http-request.ts';
import type { Session } from '../session.ts';
import { compileBulkResults } from './compile-bulk-results.ts';
import { afterWrite, toFailed, toWriteFault } from './write-all.ts';
import type { SendItems, WriteTemplate } from './write-template.ts';

/** `bulk` of a write: many records in one request, an answer for each. */
export function compileBulk(writing: WriteTemplate, bulk: Declaration<ManifestBulk>): SendItems {
  const { kind, declared, request, idempotent } = writing;
  if (mentions(expressionsOf(declared).templates, 'idempotencyKey')) {
    throw invalid(bulk, 'has no `idempotencyKey` but those of its records: it belongs into `body`');
  }
  const bodyDeclared = member(bulk, 'body');
  const body = bodyDeclared && toTree(bodyDeclared);
  const results = compileBulkResults(writing, bulk);
  const use = { operation: kind, idempotent, expectsJson: results.isDeclared } as const;

  const toRecord = mayAskForKeys(declared) ? withKey : withoutKey;

  return halving(async (session, items, signal) => {
    const records = items.map((item) => toRecord(item));
    const scope = { config: session.config, records };
    const parts = await request.evaluate(scope);
    const payloads = parts.body ?? records.map(({ payload }) => payload);
    const content = body === undefined ? payloads : await body.apply(scope);
    const sent = toHttpRequest(session, request, { parts, body: toBody(content) }, use);
    const response = await session.client.send(sent, signal);
    const answer = await afterWrite(request.label, () => results.read(items, response, session));
    if (!answer.namesAny) await refuseFailure(writing, session, { sent, response });
    return answer.results;
  });
}

/** Can anything that is sent speak of more of a record than these members? */
function mayAskForKeys(declared: Declaration): boolean {
  const { templates, bodies } = expressionsOf(declared);
  const rest = [...templates, ...bodies].map((text) =>
    text.replace(/(?<![.\w$])records\s*\.\s*(?:payload|key|id|etag)\b/g, ''),
  );
  return rest.some((text) => /records|idempotencyKey|[$*%@]/.test(text));
}

function withoutKey({ payload, key, id, etag }: WriteItem) {
  return { payload, key, id, etag };
}

/** As `toScope` has it, for one of many. */
function withKey(item: WriteItem) {
  return {
    ...withoutKey(item),
    get idempotencyKey() {
      return item.idempotencyKey;
    },
  };
}

/**
 * An answer in the 2xx that names no record and says itself that it failed is a refusal of the whole request. What
 * stands in it beside that may tell of records that have been written, as their own members say: then it is only
 * certain that this is not known, and a create that cannot be repeated is not sent again without looking.
 */
async function refuseFailure(
  { kind, request, idempotent, speaksOf }: WriteTemplate,
  { dialect }: Session,
  { sent, response }: { readonly sent: HttpRequest; readonly response: HttpResponse },
): Promise<void> {
  const { status, body, isSure } = response;
  if (isSure === true) return;
  const envelope = { speaksOf, isRecord: () => false };
  const says =
    (await findFailure(dialect, { operation: kind, status, body }, envelope)) ??
    (await findAmong(body, (each) =>
      findFailure(dialect, { operation: kind, status, body: each }, envelope),
    ));
  if (says === undefined) return;
  const { answer, detail } = await readSystemWords(dialect, {
    status,
    text: toJsonText(body),
    parsed: { form: 'json', value: body },
  });
  const isPartial = !idempotent && mayHaveWritten(body);
  throw new Fault(
    isPartial ? 'TL_TARGET_UNKNOWN' : 'TL_TARGET_REJECTED',
    `${told(dialect, request)} answered ${status}, but ${says}: ${detail ?? 'it says no more'}`,
    { answer, ...(sent.at !== undefined && { at: sent.at }) },
  );
}

/** Results that nobody has declared. */
async function findAmong(
  body: unknown,
  judge: (each: unknown) => Soon<string | undefined>,
): Promise<string | undefined> {
  for (const each of Array.isArray(body) ? body : []) {
    const says = await judge(each);
    if (says !== undefined) return says;
  }
  return undefined;
}

function mayHaveWritten(body: unknown): boolean {
  if (Array.isArray(body)) return body.length > 1;
  const members = isJsonObject(body) ? Object.entries(body) : [];
  return members.some(
    ([name, value]) =>
      !/error|message|warning|detail/i.test(name) &&
      (Array.isArray(value) ? value.length > 0 : isJsonObject(value) && Object.keys(value).length > 0),
  );
}

/**
 * Where a request is refused as a whole, or cannot even be formed, one record of it may be to blame: it is halved until
 * only the bad ones are left, so that they hold up nobody else.
 */
function halving(sendOnce: SendItems): SendItems {
  return async function send(session, items, signal) {
    try {
      return await sendOnce(session, items, signal);
    } catch (thrown) {
      if (!isRefusal(thrown) || items.length < 2) throw thrown;
    }
    const results: WriteResult[] = [];
    for (const half of toChunks(items, Math.ceil(items.length / 2))) {
      try {
        results.push(...(await send(session, half, signal)));
      } catch (thrown) {
        // By now others may have been written: every fault is that of its own items only.
        const fault = toWriteFault(thrown, signal);
        results.push(...half.map(() => toFailed(fault)));
      }
    }
    return results;
  };
}

function isRefusal(thrown: unknown): boolean {
  return thrown instanceof Fault && thrown.kind === 'rejected';
}
