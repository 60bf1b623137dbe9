import type { Engine } from '../engine/engine.ts';
import { findWaiting } from '../store/batches.ts';
import { loadRun, type Run } from '../store/runs.ts';
import { countsLine, type RunDocument, toRunDocument } from './output/run-document.ts';

export interface Followed {
  readonly run: Run;
  readonly document: RunDocument;
}

/** A single record that is retried is waited for that long. */
const patienceMs = 60_000;

/**
 * Follows a run to its end, or to where nothing more happens for now: its target is away or its connection is
 * misconfigured, or the next retry is far off. `stop` ends the watching, not the run.
 */
export async function followRun(
  engine: Engine,
  id: number,
  watch: { readonly show: (run: RunDocument) => void; readonly stop: AbortSignal },
): Promise<Followed> {
  for (;;) {
    const run = await loadRun(engine.db, id);
    if (!run) throw new Error(`run ${id} is gone`);
    const waiting = run.status === 'running' ? await findWaiting(engine.db, id) : undefined;
    const isStuck = waiting !== undefined && isStuckFor(waiting, engine.clock.now());
    const document = toRunDocument(
      run,
      engine.clock.now(),
      isStuck || watch.stop.aborted ? waiting?.fault : undefined,
    );
    watch.show(document);
    const isOver = run.status !== 'running' && run.status !== 'queued';
    if (isOver || isStuck || watch.stop.aborted) return { run, document };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function isStuckFor(waiting: NonNullable<Awaited<ReturnType<typeof findWaiting>>>, now: number): boolean {
  if (waiting.moving > 0) return false;
  return waiting.batches > 0 || waiting.dueAt.getTime() - now > patienceMs;
}

export function progressLine(run: RunDocument): string {
  return `${run.flow}  ${countsLine(run.counts)}`;
}
