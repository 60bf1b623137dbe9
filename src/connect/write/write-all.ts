import type { WriteResult } from '../../contract/connector.ts';
import { Fault, toFault } from '../../contract/fault.ts';
import { isOver, isUnsent, isUnwritten } from '../http/unsent.ts';
import type { Session } from '../session.ts';

/** With these nothing has been written, and the next request would fare no better. */
const aboutConnection = new Set<string>(['TL_SYSTEM_UNREACHABLE', 'TL_AUTH_REFUSED', 'TL_AUTH_FORBIDDEN']);

/**
 * Writes pieces side by side, as many at once as the connection allows, and answers per item in their order. After a
 * fault of the connection itself, or a pause that was asked for, nothing more is sent: what is left gets that fault.
 * It is thrown where it is all that happened.
 */
export async function writeAll<Item>(
  session: Session,
  pieces: readonly (readonly Item[])[],
  signal: AbortSignal,
  write: (items: readonly Item[]) => Promise<readonly WriteResult[]>,
): Promise<readonly WriteResult[]> {
  const results: (readonly WriteResult[])[] = new Array(pieces.length);
  let stopped: Fault | undefined;
  let next = 0;

  const work = async (): Promise<void> => {
    for (let index = next++; index < pieces.length; index = next++) {
      const items = pieces[index] ?? [];
      try {
        signal.throwIfAborted();
        results[index] = stopped === undefined ? await write(items) : unsent(items, stopped);
      } catch (thrown) {
        const fault = toWriteFault(thrown, signal);
        results[index] = items.map(() => toFailed(fault));
        if (isStop(fault)) stopped ??= fault;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(session.client.concurrency, pieces.length) }, work));
  const all = results.flat();
  if (stopped !== undefined && all.every(isOnlyOfConnection)) throw stopped;
  return all;
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

function isStop(fault: Fault): boolean {
  return isOfConnection(fault) || fault.kind === 'throttled';
}

function isOfConnection(fault: Fault): boolean {
  return aboutConnection.has(fault.code) || isUnsent(fault);
}

function isOnlyOfConnection(result: WriteResult): boolean {
  return !result.ok && isOfConnection(result.fault);
}

/** The signal's reason may be anything; nothing that it kept from being sent has been written. */
export function toWriteFault(thrown: unknown, signal: AbortSignal): Fault {
  if (thrown instanceof Fault || !signal.aborted) return toFault(thrown);
  return new Fault('TL_SYSTEM_UNREACHABLE', 'stopped before it was sent', { cause: thrown });
}

/** What goes wrong while an answer is read is no refusal: the record has been written, or may have been. */
export async function afterWrite<Result>(label: string, readAnswer: () => Promise<Result>): Promise<Result> {
  try {
    return await readAnswer();
  } catch (thrown) {
    const fault = toFault(thrown);
    if (fault.code === 'TL_TARGET_UNKNOWN') throw fault;
    const at = fault.at === undefined ? {} : { at: fault.at };
    throw new Fault('TL_TARGET_UNKNOWN', `${label} was answered, but not as declared: ${fault.message}`, {
      cause: fault,
      ...at,
    });
  }
}
