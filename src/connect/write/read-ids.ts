import type { WriteItem, WriteResult } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import type { Expression } from '../../mapping/expression/expression.ts';
import { readSystemWords } from '../answer/system-words.ts';
import { atOf, type Declaration } from '../declaration.ts';
import { type HttpResponse, headerOf } from '../http/http-client.ts';
import type { Identity } from '../resource/compile-identity.ts';
import { toScalar } from '../resource/compile-record-value.ts';
import type { Session } from '../session.ts';
import type { WriteKind, WriteTemplate } from './write-template.ts';

/** Where the answer to a write has the id and the version tag of the record. */
export interface AnswerIds {
  readonly kind: WriteKind;
  /** As the operation says; absent: it says nothing of ids. */
  readonly id: Expression | undefined;
  readonly etag: Expression | undefined;
  readonly identity: Identity;
}

export interface WriteAnswer {
  readonly response: HttpResponse;
  readonly session: Session;
  /** The operation. */
  readonly declared: Declaration;
}

/**
 * The answer to a write is not the record: it may have an `id` of its own, as that of the request. So the record's is
 * taken only from where the operation says `id:`, or from an answer that has the record's own key.
 */
export async function readIds(
  { kind, id, etag, identity }: AnswerIds,
  item: WriteItem,
  { response, session, declared }: WriteAnswer,
): Promise<WriteResult> {
  const { body } = response;
  const told = id === undefined ? undefined : toId(await id.evaluate(body));
  if (kind === 'create' && id !== undefined && told === undefined) {
    return { ok: false, fault: await withoutId(body, { response, session, declared }, id) };
  }
  const tag = etag === undefined ? await proveTag(identity, item, body) : toId(await etag.evaluate(body));
  const proved = id === undefined ? await proveId({ identity }, item, body) : undefined;
  return toWritten(item, told ?? proved, tag ?? headerOf(response.headers, 'etag'));
}

/** The resource's `id` over an answer that has the record's own key, where no id is known yet. */
export async function proveId(
  { identity }: Pick<WriteTemplate, 'identity'>,
  item: WriteItem,
  answer: unknown,
): Promise<string | undefined> {
  if (item.id !== undefined || !identity.hasOwnId) return undefined;
  return (await isRecord(identity, item, answer)) ? await identity.id.evaluate(answer) : undefined;
}

async function isRecord({ foundKey, fold }: Identity, { key }: WriteItem, answer: unknown): Promise<boolean> {
  const found = await foundKey.evaluate(answer);
  return found !== undefined && fold(found) === fold(key);
}

async function proveTag(identity: Identity, item: WriteItem, answer: unknown): Promise<string | undefined> {
  if (identity.etag === undefined || !(await isRecord(identity, item, answer))) return undefined;
  return await identity.etag.evaluate(answer);
}

/** Written, as this id where the answer has one; what is known already is not forgotten. */
export function toWritten(item: WriteItem, id: string | undefined, etag: string | undefined): WriteResult {
  const known = id ?? item.id;
  return { ok: true, ...(known !== undefined && { id: known }), ...(etag !== undefined && { etag }) };
}

/** An id is a text or a number; anything else is none. */
export function toId(value: unknown): string | undefined {
  const text = typeof value === 'boolean' ? undefined : toScalar(value);
  return text?.trim() === '' ? undefined : text;
}

/**
 * A create says where its answer has the id: one without it is not the answer to a create that went well. It is reported
 * in the system's own words.
 */
export async function withoutId(
  value: unknown,
  { response, session, declared }: WriteAnswer,
  id: Expression,
): Promise<Fault> {
  const { dialect } = session;
  const text = JSON.stringify(value) ?? '';
  const raw = { status: response.status, text, parsed: { form: 'json', value } as const };
  const { answer, detail } = await readSystemWords(dialect, raw);
  const at = atOf(declared);
  return new Fault(
    'TL_TARGET_ID_UNCLEAR',
    `${dialect.connection}: the answer to the create has no id at ${id.text}${detail === undefined ? '' : `: ${detail}`}`,
    { answer, ...(at !== undefined && { at }) },
  );
}
