import { toFault } from '../../contract/fault.ts';
import { addBatchNotes } from '../../store/runs/run-notes.ts';
import type { Line } from '../line/open-line.ts';

/** Runs that are remembered to have no silent leaf left: enough for all that are under way. */
const remembered = 1_000;

/**
 * Keeps what was noticed of a batch with its runs. Once every leaf of a mapping has given something there is nothing
 * more to count, so most batches cost nothing here. It never fails: what is reported of a run holds nothing up.
 */
export async function noteBatch({ engine, plan, tally }: Line): Promise<void> {
  for (const [runId, batch] of tally.all()) {
    if (batch.unordered === 0 && (batch.mapped === 0 || engine.outspoken.has(runId))) continue;
    try {
      const silent = await addBatchNotes(engine.db, runId, batch);
      if (silent.length > 0) continue;
      if (engine.outspoken.size >= remembered) engine.outspoken.clear();
      engine.outspoken.add(runId);
    } catch (thrown) {
      engine.log.notesLost({ flow: plan.flow, runId }, toFault(thrown));
    }
  }
}
