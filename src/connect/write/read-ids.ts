import type { WriteItem, WriteResult } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { andThen, type Soon } from '../../contract/soon.ts';
import type { Expression } from '../../mapping/expression/expression.ts';
import { readSystemWords } from '../answer/system-words.ts';
import { atOf, type Declaration } from '../declaration.ts';
import type { HttpResponse } from '../http/http-client.ts';
import { headerOf } from '../http/parse-answer.ts';
import type { Identity } from '../resource/compile-identity.ts';
import { type RecordValue, toScalar } from '../resource/compile-record-value.ts';
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
export function readIds(
  { kind, id, etag, identity }: AnswerIds,
  item: WriteItem,
  answer: WriteAnswer,
): Soon<WriteResult> {
  const { body, headers } = answer.response;
  return andThen(id?.evaluate(body), (value): Soon<WriteResult> => {
    const told = id === undefined ? undefined : toId(value);
    if (kind === 'create' && id !== undefined && told === undefined) return refuseWithoutId(body, answer, id);
    const tag = etag === undefined ? proveTag(identity, item, body) : andThen(etag.evaluate(body), toId);
    return andThen(tag, (version) => {
      const proved = id === undefined ? proveId({ identity }, item, body) : told;
      return andThen(proved, (known) => toWritten(item, known, version ?? headerOf(headers, 'etag')));
    });
  });
}

/** The resource's `id` over an answer that has the record's own key, where no id is known yet. */
export function proveId(
  { identity }: Pick<WriteTemplate, 'identity'>,
  item: WriteItem,
  answer: unknown,
): Soon<string | undefined> {
  if (item.id !== undefined || !identity.hasOwnId) return undefined;
  return whereRecord(identity, item, answer, identity.id);
}

function proveTag(identity: Identity, item: WriteItem, answer: unknown): Soon<string | undefined> {
  return identity.etag && whereRecord(identity, item, answer, identity.etag);
}

/** A value of an answer that is the record itself, as its key says. */
function whereRecord(
  { foundKey, fold }: Identity,
  { key }: WriteItem,
  answer: unknown,
  value: RecordValue,
): Soon<string | undefined> {
  return andThen(foundKey.evaluate(answer), (found) =>
    found !== undefined && fold(found) === fold(key) ? value.evaluate(answer) : undefined,
  );
}

/** Written, as this id where the answer has one; what is known already is not forgotten. */
export function toWritten(item: WriteItem, id: string | undefined, etag: string | undefined): WriteResult {
  const known = id ?? item.id;
  if (etag !== undefined) return { ok: true, ...(known !== undefined && { id: known }), etag };
  return known === undefined ? { ok: true } : { ok: true, id: known };
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
export async function refuseWithoutId(
  value: unknown,
  { response, session, declared }: WriteAnswer,
  id: Expression,
): Promise<WriteResult> {
  const { dialect } = session;
  const text = JSON.stringify(value) ?? '';
  const raw = { status: response.status, text, parsed: { form: 'json', value } as const };
  const { answer, detail } = await readSystemWords(dialect, raw);
  const at = atOf(declared);
  const fault = new Fault(
    'TL_TARGET_ID_UNCLEAR',
    `${dialect.connection}: the answer to the create has no id at ${id.text}${detail === undefined ? '' : `: ${detail}`}`,
    { answer, ...(at !== undefined && { at }) },
  );
  return { ok: false, fault };
}
