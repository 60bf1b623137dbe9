import { type Fault, toFault } from '../../../contract/fault.ts';
import type { Database } from '../../../store/postgres/database.ts';
import { listRuns, type Run } from '../../../store/runs/runs.ts';
import { slowLookMs } from '../../notices/run-notices.ts';
import type { Followable } from './look-at-run.ts';

export interface EndedRunTeller {
  ended(run: Run): void;
  /** The runs cannot be looked at just now; it is tried again. */
  failed(why: Fault): void;
}

/** Reports each run of any flow that ends from now on, in their order, until it is closed. */
export function watchEndedRuns(
  { engine, notices }: Followable,
  teller: EndedRunTeller,
): { close(): Promise<void> } {
  const stopping = new AbortController();
  const following = notices.follow('all');
  const watch = async () => {
    let known: ReadonlySet<number> | undefined;
    while (!stopping.signal.aborted) {
      try {
        const ended = await listEnded(engine.db);
        // What ended before the start is history.
        if (known) for (const run of ended) if (!known.has(run.id)) teller.ended(run);
        known = new Set(ended.map(({ id }) => id));
      } catch (thrown) {
        if (!stopping.signal.aborted) teller.failed(toFault(thrown));
      }
      await following.next(slowLookMs, stopping.signal);
    }
  };
  const watching = watch();
  return {
    close: async () => {
      stopping.abort();
      following.close();
      await watching;
    },
  };
}

/** So many of the newest: more do not end within a moment. */
const most = 200;

async function listEnded(db: Database): Promise<readonly Run[]> {
  const runs = await listRuns(db, { limit: most });
  return runs.filter(({ endedAt }) => endedAt !== null).toReversed();
}
