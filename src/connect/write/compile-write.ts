import type { Write, WriteItem, WriteResult } from '../../contract/connector.ts';
import { resourceDefaults } from '../../contract/generated/defaults.ts';
import type { Envelope } from '../answer/find-sign.ts';
import { isRecordSent, isSentBack } from '../answer/record-sent.ts';
import { compileSpeaksOf } from '../answer/speaks-of.ts';
import type { TemplateScope } from '../compile-text.ts';
import { type Declaration, member, numberOf, required, toOptionalExpression } from '../declaration.ts';
import type { Find } from '../find/compile-find.ts';
import type { Identity } from '../resource/compile-identity.ts';
import { compileRequest, type RequestTemplate } from '../resource/compile-request.ts';
import { toChunks } from '../resource/to-chunks.ts';
import { toBody, toHttpRequest } from '../resource/to-http-request.ts';
import type { OpenSession, Session } from '../session.ts';
import { compileBulk } from './compile-bulk.ts';
import { completeItems } from './complete-items.ts';
import { identifyWritten } from './identify-written.ts';
import { isCreateRepeatable } from './is-create-repeatable.ts';
import { isReplacing } from './is-replacing.ts';
import { type AnswerIds, readIds } from './read-ids.ts';
import { afterWrite, writeAll } from './write-all.ts';
import {
  type ManifestWrite,
  type SendItems,
  toScope,
  type WriteKind,
  type WriteTemplate,
} from './write-template.ts';

export interface CompiledWrite {
  /** How many records go into one request; 1 without `bulk`. */
  readonly size: number;
  /** Sending it twice has the effect of sending it once. */
  readonly idempotent: boolean;
  /** The system then holds what was sent, and nothing else of the record. */
  readonly isReplacing: boolean;
  /** What is sent for an item, where that is not its payload. */
  readonly bodyOf: ((session: Session, item: WriteItem) => Promise<unknown>) | undefined;
  bind(open: OpenSession, find: Find | undefined): Write;
}

/** `create`, `update`, `upsert` or `delete` of a resource: one request for each item, or with `bulk` for `size` of them. */
export function compileWrite(
  declared: Declaration<ManifestWrite>,
  kind: WriteKind,
  identity: Identity,
): CompiledWrite {
  const request = compileRequest(declared, resourceDefaults[kind].method);
  const writing: WriteTemplate = {
    kind,
    declared,
    request,
    idempotent: kind !== 'create' || isCreateRepeatable(declared),
    identity,
    needs: needsOf(kind, request),
    speaksOf: compileSpeaksOf(partsThatJudge(declared)),
  };
  const bulk = member(declared, 'bulk');
  const size = bulk === undefined ? 1 : numberOf(required(bulk, 'size'));
  const forbidding = new WeakSet<Session>();
  const send = bulk === undefined ? compileSingle(writing) : compileBulk(writing, bulk);
  const hasOwnBody = bulk === undefined && member(declared, 'body') !== undefined;
  return {
    size,
    idempotent: writing.idempotent,
    isReplacing: (kind === 'update' || kind === 'upsert') && isReplacing(declared, kind),
    bodyOf: hasOwnBody ? compileBodyOf(request) : undefined,
    bind: (open, find) => async (items, signal) => {
      if (items.length === 0) return [];
      const session = await open();
      const write = (chunk: readonly WriteItem[]): Promise<readonly WriteResult[]> =>
        send(session, chunk, signal);
      const writeEach = async (complete: readonly WriteItem[]): Promise<readonly WriteResult[]> => {
        const pieces = toChunks(complete, size);
        const results = await writeAll({ session, pieces, signal, forbidding, write });
        if (find === undefined || !identity.hasOwnId || kind === 'delete' || results.every(isNamed))
          return results;
        return identifyWritten(kind, find, { items: complete, signal }, results);
      };
      const { needs } = writing;
      if (find === undefined || !(needs.id || needs.etag)) return writeEach(items);
      return completeItems(writing, find, { items, signal }, writeEach);
    },
  };
}

function isNamed(result: WriteResult): boolean {
  return result.ok && result.id !== undefined;
}

function needsOf(kind: WriteKind, request: RequestTemplate): WriteTemplate['needs'] {
  const isOfRecord = kind === 'update' || kind === 'delete';
  return { id: isOfRecord && request.mentions('id'), etag: isOfRecord && request.mentions('etag') };
}

/** What is told by `message` and `code` is only read once it is known that it failed. */
function partsThatJudge(declared: Declaration<ManifestWrite>): readonly (Declaration | undefined)[] {
  const bulk = member(declared, 'bulk');
  const failures = member(bulk, 'failures');
  return [
    ...(['id', 'etag'] as const).map((name) => member(declared, name)),
    ...(['results', 'match', 'id', 'etag', 'failed'] as const).map((name) => member(bulk, name)),
    ...(['list', 'keys'] as const).map((name) => member(failures, name)),
  ];
}

/** What a request with a body of its own would carry for an item. */
function compileBodyOf(request: RequestTemplate) {
  return async (session: Session, item: WriteItem): Promise<unknown> =>
    (await request.evaluate(toScope(session.config, item))).body;
}

const nothing: TemplateScope = Object.freeze({});

function compileSingle(writing: WriteTemplate): SendItems {
  const { kind, declared, request, idempotent, identity, speaksOf } = writing;
  const id = toOptionalExpression(member(declared, 'id'));
  const etag = toOptionalExpression(member(declared, 'etag'));
  const namesRecord = request.pathNames('id') || request.pathNames('key');
  const use = { operation: kind, idempotent, namesRecord, expectsJson: id !== undefined } as const;
  const hasBody = request.method !== 'DELETE' && request.method !== 'GET';
  const hasOwnBody = member(declared, 'body') !== undefined;
  const answer: AnswerIds = { kind, id, etag, identity };

  return async (session, [item], signal) => {
    if (item === undefined) return [];
    const scope = request.isFixed ? nothing : toScope(session.config, item);
    const evaluated = request.evaluate(scope);
    const parts = evaluated instanceof Promise ? await evaluated : evaluated;
    const value = hasOwnBody ? parts.body : hasBody ? item.payload : undefined;
    // What is sent as it is has been made JSON before, for its fingerprint.
    const body = hasOwnBody || value === undefined ? toBody(value) : (item.text ?? toBody(value));
    const envelope: Envelope = {
      speaksOf: (name, each) => speaksOf(name) || isSentBack(value, name, each),
      isRecord: (record) => isRecordSent(value, record, identity),
    };
    const sent = toHttpRequest(session, request, { parts, body, envelope }, use);
    const response = await session.client.send(sent, signal);
    const read = afterWrite(request.label, () => readIds(answer, item, { response, session, declared }));
    return [read instanceof Promise ? await read : read];
  };
}
