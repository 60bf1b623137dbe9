import { slowLookMs } from '../../notices/run-notices.ts';
import type { RunDocument } from '../run-document.ts';
import { blipMs, type Followable, standstillMs, viewOf } from './look-at-run.ts';
import type { RunView } from './run-view.ts';

export interface FollowedRun {
  readonly document: RunDocument;
}

export interface Watch {
  readonly show: (run: RunDocument) => void;
  readonly stop: AbortSignal;
  /** How long at the most; absent: as long as it may help. */
  readonly patienceMs?: number;
}

/**
 * Follows a run to its end, or to where nothing more happens for now: it is held for approval, its target is away or
 * its connection is misconfigured, its flow is paused, or the next retry is far off. `stop` ends the watching, not the run.
 */
export async function followRun(at: Followable, id: number, watch: Watch): Promise<FollowedRun> {
  return await followOver(viewOf(at), id, watch);
}

/** The same wherever runs can be looked at. */
export async function followOver(view: RunView, id: number, watch: Watch): Promise<FollowedRun> {
  let mark: string | undefined;
  let since = view.now();
  const following = view.follow([id]);
  try {
    for (;;) {
      let againMs = slowLookMs;
      try {
        const isLast = watch.stop.aborted;
        const seen = { mark, idleMs: view.now() - since, patienceMs: watch.patienceMs, isLast };
        const standing = await view.look(id, seen);
        watch.show(standing.document);
        if (standing.isOver || watch.stop.aborted) return standing;
        if (standing.mark !== mark) since = view.now();
        mark = standing.mark;
        if (view.now() - since < standstillMs) againMs = standstillMs;
      } catch (thrown) {
        // The engine waits for its database, and so does who watches it, as long as anybody thinks that it comes back.
        if (!view.isOutage(thrown) || watch.stop.aborted) throw thrown;
      }
      await following.next(againMs, watch.stop);
    }
  } finally {
    following.close();
  }
}

/** Runs one after the other. */
export async function followEach(
  view: RunView,
  ids: readonly number[],
  watch: Watch,
): Promise<readonly RunDocument[]> {
  const documents: RunDocument[] = [];
  // What they had left was tried again while the run itself was followed.
  for (const id of ids)
    documents.push((await followOver(view, id, { ...watch, patienceMs: blipMs })).document);
  return documents;
}
