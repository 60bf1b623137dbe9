import type { WriteResult } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { type Declared, invalid, member, toTree } from '../declared.ts';
import { toHttpRequest } from '../resource/compile-request.ts';
import { expressionsOf, mentions } from '../resource/mentions.ts';
import { toChunks } from '../resource/to-chunks.ts';
import { compileBulkResults } from './compile-bulk-results.ts';
import type { SendItems, Writing } from './compile-write.ts';
import { afterWrite, toFailed, toWriteFault } from './write-all.ts';

/** `bulk` of a write: many records in one request, an answer for each. */
export function compileBulk(writing: Writing, bulk: Declared): SendItems {
  const { kind, declared, request, idempotent } = writing;
  if (mentions(expressionsOf(declared).templates, 'idempotencyKey')) {
    throw invalid(bulk, 'has no `idempotencyKey` but those of its records: it belongs into `body`');
  }
  const bodyDeclared = member(bulk, 'body');
  const body = bodyDeclared && toTree(bodyDeclared);
  const results = compileBulkResults(writing, bulk);
  const use = { operation: kind, idempotent, expectsJson: results.isDeclared } as const;

  return halving(async (session, items, signal) => {
    const records = items.map(({ payload, key, id, etag, idempotencyKey }) => ({
      payload,
      key,
      id,
      etag,
      idempotencyKey,
    }));
    const scope = { config: session.config, records };
    const parts = await request.evaluate(scope);
    const payloads = parts.body ?? records.map(({ payload }) => payload);
    const content = body === undefined ? payloads : await body.apply(scope);
    const sent = toHttpRequest(session, request, { ...parts, body: content }, use);
    const response = await session.client.send(sent, signal);
    return afterWrite(request.label, () => results.read(items, response, session));
  });
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
