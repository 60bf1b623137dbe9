import { toFault } from '../../contract/fault.ts';
import type { Answers } from '../line/decide/effect.ts';
import type { Line } from '../line/open-line.ts';
import { watchTarget } from './watch-shape.ts';

/**
 * What the target has is looked at by the way: its fields change without a word too. It never fails: what has been
 * written is to be recorded, whatever can be said of what was found.
 */
export async function watchFound({ engine, plan }: Line, answers: Answers): Promise<void> {
  const found = [...answers].flatMap(([item, hit]) =>
    hit === undefined || hit instanceof Error ? [] : [{ runId: item.runId, record: hit.record }],
  );
  const runId = found[0]?.runId;
  if (runId === undefined) return;
  const { connection, resource } = plan.target;
  try {
    const watch = await watchTarget(engine, plan);
    for (const { record } of found) watch.see(record);
    await watch.keep({ flow: plan.flow, runId });
  } catch (thrown) {
    const at = { flow: plan.flow, runId, side: 'target' as const, connection, resource: resource.name };
    engine.log.driftLost(at, toFault(thrown));
  }
}
