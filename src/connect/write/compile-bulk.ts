import type { WriteItem, WriteResult } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { type Declared, member, toTree } from '../declared.ts';
import { toHttpRequest } from '../resource/compile-request.ts';
import type { Session } from '../session.ts';
import { compileBulkResults } from './compile-bulk-results.ts';
import type { SendItems, Writing } from './compile-write.ts';

/**
 * `bulk` of a write: many records in one request, an answer for each. Where the system refuses a request as a whole,
 * one record of it may be to blame: it is halved until only the bad ones are left, so that they hold up nobody else.
 */
export function compileBulk(writing: Writing, bulk: Declared): SendItems {
  const bodyDeclared = member(bulk, 'body');
  const body = bodyDeclared && toTree(bodyDeclared);
  const results = compileBulkResults(writing, bulk);
  const use = {
    operation: writing.kind,
    idempotent: writing.idempotent,
    expectsJson: results.isDeclared,
  } as const;

  const sendOnce = async (session: Session, items: readonly WriteItem[], signal: AbortSignal) => {
    const records = items.map(({ payload, key, id, etag }) => ({ payload, key, id, etag }));
    const scope = { config: session.config, records };
    const parts = await writing.request.evaluate(scope);
    const content =
      body === undefined ? (parts.body ?? records.map(({ payload }) => payload)) : await body.apply(scope);
    const request = toHttpRequest(session, writing.request, { ...parts, body: content }, use);
    return results.read(items, await session.client.send(request, signal), session);
  };

  const send: SendItems = async (session, items, signal) => {
    try {
      return await sendOnce(session, items, signal);
    } catch (thrown) {
      if (!isRefusal(thrown) || items.length < 2) throw thrown;
      const middle = Math.ceil(items.length / 2);
      const halves = [items.slice(0, middle), items.slice(middle)];
      return (await sendHalves(session, halves, signal)).flat();
    }
  };

  const sendHalves = async (
    session: Session,
    halves: readonly (readonly WriteItem[])[],
    signal: AbortSignal,
  ) => {
    const written: (readonly WriteResult[])[] = [];
    for (const half of halves) {
      written.push(
        await send(session, half, signal).catch((thrown: unknown): readonly WriteResult[] => {
          // By now others have been written: from here on every fault is that of its own items.
          if (!(thrown instanceof Fault)) throw thrown;
          return half.map(() => ({ ok: false, fault: thrown }));
        }),
      );
    }
    return written;
  };
  return send;
}

function isRefusal(thrown: unknown): boolean {
  return thrown instanceof Fault && thrown.kind === 'rejected' && thrown.answer?.status !== undefined;
}
