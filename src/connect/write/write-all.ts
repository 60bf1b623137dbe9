import type { WriteResult } from '../../contract/connector.ts';
import { Fault, toFault } from '../../contract/fault.ts';
import { rowOf } from '../../contract/fault-table.ts';
import { present } from '../../contract/present.ts';
import { orElse, type Soon } from '../../contract/soon.ts';
import { isOver, isUnsent, isUnwritten } from '../http/unsent.ts';
import type { Session } from '../session.ts';

/** So many are refused as misconfigured or forbidden, and none got an answer: it is not these that are meant. */
const manyForbidden = 3;

export interface WriteAll<Item> {
  readonly session: Session;
  readonly pieces: readonly (readonly Item[])[];
  readonly signal: AbortSignal;
  /** Sessions in which all was forbidden the last time: a few are tried before the others. */
  readonly forbidding: WeakSet<Session>;
  write(items: readonly Item[]): Promise<readonly WriteResult[]>;
}

/**
 * Writes pieces side by side, as many at once as the connection allows, and returns a result per item in their order. After a
 * fault of the connection itself, or a pause that was asked for, nothing more is sent: what is left gets that fault.
 * It is thrown where it is all that happened. So it is where several are forbidden and none gets through; one that is
 * forbidden (a locked document) among others stops nobody.
 */
export async function writeAll<Item>({
  session,
  pieces,
  signal,
  forbidding,
  write,
}: WriteAll<Item>): Promise<readonly WriteResult[]> {
  const state: Sending = { stopped: undefined, forbidden: 0, isAnswered: false };
  const results: (readonly WriteResult[])[] = new Array(pieces.length);
  const left = [...pieces.keys()];

  const work = async (atMost: number): Promise<void> => {
    for (let done = 0; done < atMost && stopOf(state) === undefined; done++) {
      const index = left.shift();
      if (index === undefined) return;
      const items = present(pieces[index], 'a piece of a write');
      try {
        signal.throwIfAborted();
        results[index] = await write(items);
      } catch (thrown) {
        const fault = toWriteFault(thrown, signal);
        results[index] = items.map(() => toFailed(fault));
        if (isOfConnection(fault)) state.stopped ??= fault;
      }
      note(state, results[index]);
    }
  };
  if (forbidding.has(session)) await work(manyForbidden);
  const workers = Math.min(session.client.concurrency, pieces.length);
  await Promise.all(Array.from({ length: workers }, () => work(pieces.length)));
  // What was forbidden was only these, as others have got through meanwhile.
  if (left.length > 0 && stopOf(state) === undefined)
    await Promise.all(Array.from({ length: workers }, () => work(pieces.length)));
  const stopped = stopOf(state);
  if (stopped !== undefined)
    for (const index of left) results[index] = unsent(present(pieces[index], 'a piece of a write'), stopped);
  if (state.isAnswered) forbidding.delete(session);
  else if (state.forbidden >= manyForbidden) forbidding.add(session);
  const all = results.flat();
  if (state.stopped !== undefined && all.every(isOnlyOfConnection)) throw state.stopped;
  return all;
}

interface Sending {
  /** Of the connection as a whole. */
  stopped: Fault | undefined;
  forbidden: number;
  firstForbidden?: Fault;
  /** Some got through, or were refused for what they are. */
  isAnswered: boolean;
}

function note(state: Sending, results: readonly WriteResult[] = []): void {
  for (const result of results) {
    if (result.ok || result.fault.kind === 'rejected') state.isAnswered = true;
    else if (result.fault.kind === 'config') {
      state.forbidden += 1;
      state.firstForbidden ??= result.fault;
    }
  }
}

function stopOf({ stopped, forbidden, firstForbidden, isAnswered }: Sending): Fault | undefined {
  return stopped ?? (forbidden >= manyForbidden && !isAnswered ? firstForbidden : undefined);
}

/** What becomes of a record whose request failed like this. */
export function toFailed(fault: Fault): WriteResult {
  if (isUnwritten(fault)) return { ok: false, fault, isUnwritten: true };
  return isOver(fault) ? { ok: false, fault, isOver: true } : { ok: false, fault };
}

/** Whatever has stopped the others, these have not even been tried. */
function unsent(items: readonly unknown[], fault: Fault): readonly WriteResult[] {
  return items.map(() => ({ ok: false, fault, isUnwritten: true }));
}

/** The next request would fare no better. */
function isOfConnection(fault: Fault): boolean {
  return rowOf(fault.code).about === 'connection' || isUnsent(fault);
}

/** A pause that was asked for by an answer is answered per item: not all of the batch need be away because of it. */
function isOnlyOfConnection(result: WriteResult): boolean {
  if (result.ok) return false;
  return isUnsent(result.fault) || (isOfConnection(result.fault) && result.fault.kind !== 'throttled');
}

/** The signal's reason may be anything; nothing that it kept from being sent has been written. */
export function toWriteFault(thrown: unknown, signal: AbortSignal): Fault {
  if (thrown instanceof Fault || !signal.aborted) return toFault(thrown);
  return new Fault('TL_SYSTEM_UNREACHABLE', 'stopped before it was sent', { cause: thrown });
}

/** What goes wrong while an answer is read is no refusal: the record has been written, or may have been. */
export function afterWrite<Result>(label: string, readAnswer: () => Soon<Result>): Soon<Result> {
  return orElse(readAnswer, (thrown) => {
    const fault = toFault(thrown);
    if (fault.code === 'TL_TARGET_UNKNOWN') throw fault;
    const at = fault.at === undefined ? {} : { at: fault.at };
    throw new Fault('TL_TARGET_UNKNOWN', `${label} was answered, but not as declared: ${fault.message}`, {
      cause: fault,
      ...at,
    });
  });
}
