import { createHash } from 'node:crypto';
import { Fault, toFault } from '../../contract/fault.ts';
import { rowOf } from '../../contract/fault-table.ts';
import { giveUpKey, type KeyedRequest, keepAnswer, reserveKey } from '../../store/access/idempotency-keys.ts';
import type { OpenDatabase } from '../open/open-database.ts';

/** Something asked with a key, that may be asked again where nobody heard the answer. */
export interface KeyedWish {
  readonly caller: string;
  readonly key: string;
  readonly endpoint: string;
  readonly input: unknown;
}

export interface Answered {
  readonly status: number;
  readonly body: string | undefined;
}

/**
 * Does it once, however often it is asked with this key within a day: the second time the answer of the first comes back.
 * The key is reserved before anything is done, so that it is not done twice where the process dies in it. Throws a Fault
 * TL_CONFLICT where the key stands for something else, or the first has not come to its end, or nobody knows whether it
 * has.
 */
export async function doOnce(
  { db }: Pick<OpenDatabase, 'db'>,
  { input, ...wish }: KeyedWish,
  work: () => Promise<Answered>,
): Promise<Answered & { readonly isRepeated: boolean }> {
  const asked: KeyedRequest = { ...wish, asked: createHash('sha256').update(JSON.stringify(input)).digest() };
  const before = await reserveKey(db, asked);
  if (before !== undefined) {
    requireSame(asked, before);
    if (before.status !== undefined) return { status: before.status, body: before.body, isRepeated: true };
    throw new Fault(
      'TL_CONFLICT',
      `what was asked with the Idempotency-Key "${wish.key}" has not come to its end, or nobody knows whether it has: look at how things stand before you ask with another key`,
    );
  }
  try {
    const done = await work();
    await keepAnswer(db, wish, done);
    return { ...done, isRepeated: false };
  } catch (thrown) {
    // What was refused has changed nothing. Of anything else nobody knows how far it had come: the key stays taken.
    if (isRefusal(toFault(thrown))) await giveUpKey(db, wish);
    throw thrown;
  }
}

function requireSame(asked: KeyedRequest, before: Pick<KeyedRequest, 'endpoint' | 'asked'>): void {
  if (before.endpoint === asked.endpoint && Buffer.compare(before.asked, asked.asked) === 0) return;
  throw new Fault(
    'TL_CONFLICT',
    `the Idempotency-Key "${asked.key}" has been used for another request (${before.endpoint}): each request has a key of its own`,
  );
}

function isRefusal({ code }: Fault): boolean {
  const { kind, side } = rowOf(code);
  return side === 'engine' && (kind === 'config' || kind === 'throttled');
}
