import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { StretchWatch, WatchedCall } from './watch-stretches.ts';

/** How often the main thread says that it is there. */
const beatMs = 500;

/** Calls that are told apart by the watch; those beyond share a place. */
const most = 256;

interface Watch {
  /** The beat, then how many calls of each place are under way. */
  readonly counts: Int32Array;
  readonly places: Map<string, number>;
  readonly worker: Worker;
}

let watch: Watch | undefined;

/**
 * Says that code of a connector is called from now on; what it returns says that the call has ended. A loop of such code
 * that never gives way stops everything in its process, timers included. So a second thread looks whether the main one
 * still comes by, and ends the process when it has not for as long as a call may take (`watch-stretches.ts`). The thread
 * is there from the first such call on: what has no connectors in code has none.
 *
 * @param maxMs - so long may the main thread stand still meanwhile.
 */
export function enterCall(label: string, maxMs: number): () => void {
  watch ??= startWatch();
  const { counts, worker } = watch;
  const place = placeOf(watch, label, { maxMs, worker });
  Atomics.add(counts, place, 1);
  return () => void Atomics.sub(counts, place, 1);
}

function placeOf(
  { places }: Watch,
  label: string,
  { maxMs, worker }: { readonly maxMs: number; readonly worker: Worker },
): number {
  const known = places.get(label);
  if (known !== undefined) return known;
  const place = Math.min(places.size + 1, most - 1);
  places.set(label, place);
  // Handed over at once: nothing of it waits for this thread.
  worker.postMessage({ place, label, maxMs } satisfies WatchedCall);
  return place;
}

function startWatch(): Watch {
  const shared = new SharedArrayBuffer(most * Int32Array.BYTES_PER_ELEMENT);
  const counts = new Int32Array(shared);
  const file = new URL(`./watch-stretches${extname(import.meta.filename)}`, import.meta.url);
  const workerData: StretchWatch = { shared, tickMs: beatMs };
  const worker = new Worker(file, { workerData });
  worker.unref();
  // Without it everything works as before, but for an end of loops that have none.
  worker.on('error', (cause) =>
    process.emitWarning(`nobody watches over connectors in code: ${cause.message}`),
  );
  setInterval(() => Atomics.add(counts, 0, 1), beatMs).unref();
  return { counts, places: new Map(), worker };
}
