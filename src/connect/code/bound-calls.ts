import { Fault, toFault } from '../../contract/fault.ts';
import type { FaultCode } from '../../contract/fault-table.ts';
import { enterCall } from './under-way.ts';

/** A call of a connector in code that has not ended by then is given up. Milliseconds; more than any client waits. */
export const maxCallMs = 5 * 60_000;

/** Which call of which connector, for people: `crm (connector mine): orders.upsert`. */
export interface Call {
  readonly label: string;
  /** What a call is that did not end: nobody knows whether a write has happened. */
  readonly ifEndless: FaultCode;
  readonly maxMs: number;
}

/**
 * Carries a call out with a signal of its own, and ends it in time. What it throws keeps its meaning where it is a
 * Fault, also one of another copy of the package. A loop that never gives way cannot be ended from here: it ends the
 * process (`under-way.ts`).
 */
export async function boundCall<Result>(
  { label, ifEndless, maxMs }: Call,
  signal: AbortSignal | undefined,
  call: (signal: AbortSignal) => Result | Promise<Result>,
): Promise<Result> {
  const ending = new AbortController();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (reason: unknown): void => {
    ending.abort(reason);
    reject(reason);
  };
  const timer = setTimeout(
    () => end(new Fault(ifEndless, `${label} has not ended within ${maxMs / 1_000} s`)),
    maxMs,
  );
  const onAbort = (): void => end(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted) onAbort();
  const leave = enterCall(label, maxMs);
  try {
    return await Promise.race([call(ending.signal), ended]);
  } catch (thrown) {
    // A stop is no fault of anybody: whoever has asked for it knows its own reason.
    if (signal?.aborted && thrown === signal.reason) throw thrown;
    throw toFault(thrown);
  } finally {
    leave();
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    // If the call goes on all the same, it is not to be told of twice.
    ended.catch(() => {});
  }
}

/** What is given at once, without waiting for anything: all that can happen to it is that it never comes back. */
export function attempt<Value>({ label, maxMs }: Pick<Call, 'label' | 'maxMs'>, give: () => Value): Value {
  const leave = enterCall(label, maxMs);
  try {
    return give();
  } catch (thrown) {
    throw toFault(thrown);
  } finally {
    leave();
  }
}
