import type { Watch } from '../../app/runs/follow/follow-run.ts';
import { type FlowRun, type FlowRunWish, followBegun, toEnded } from '../../app/runs/run-flow.ts';
import type { Ask } from '../../client/create-client.ts';
import { createServerView } from '../asking/server-view.ts';
import type { Context } from '../context.ts';
import { printNote } from '../output/print.ts';

/** A run of a flow at a server, followed to its end. Whoever stops it only stops the following. */
export async function runAtServer(
  context: Context,
  ask: Ask,
  { flow, asked, watch }: Omit<FlowRunWish, 'by'> & { readonly watch: Watch },
): Promise<FlowRun> {
  const begun = await ask('startRun', { flow, ...asked });
  const view = createServerView(ask, context.clock, begun.run);
  const { run, earlier } = await followBegun(view, begun, watch);
  const beside = await ask('tellRun', { run: run.run, earlier: earlier.map((each) => each.run) });
  const ended = toEnded(run, earlier);
  const goesOn = watch.stop.aborted && (run.status === 'running' || run.status === 'queued');
  if (!goesOn) return { ...ended, ...beside };
  printNote(context, `not followed any longer; run ${run.run} goes on: tradelane runs show ${run.run}`);
  return { ...ended, ...beside, ending: 'failed' };
}
