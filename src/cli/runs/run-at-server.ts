import type { Watch } from '../../app/runs/follow/follow-run.ts';
import { type FlowRun, type FlowRunWish, followBegun, toEnded } from '../../app/runs/run-flow.ts';
import { followEvents } from '../../client/follow-events.ts';
import { createServerView } from '../asking/server-view.ts';
import type { ApiServer } from '../asking/with-asking.ts';
import type { Context } from '../context.ts';
import { printNote } from '../output/print.ts';

/** A run of a flow at a server, followed to its end. Whoever stops it only stops the following. */
export async function runAtServer(
  context: Context,
  { ask, settings }: ApiServer,
  { flow, asked, watch }: Omit<FlowRunWish, 'by'> & { readonly watch: Watch },
): Promise<FlowRun> {
  const ending = new AbortController();
  const begun = await ask('startRun', { flow, ...asked });
  let wake = () => {};
  // Where no news is to be had, the run is looked at all the same.
  const live = followEvents(settings, { onEvent: () => wake(), stop: ending.signal }).catch(() => {});
  const onNews = (heard: () => void) => {
    wake = heard;
  };
  const view = createServerView({ ask, clock: context.clock, run: begun.run, onNews });
  try {
    const { run, earlier } = await followBegun(view, begun, watch);
    const beside = await ask('tellRun', { run: run.run, earlier: earlier.map((each) => each.run) });
    const ended = toEnded(run, earlier);
    const goesOn = watch.stop.aborted && (run.status === 'running' || run.status === 'queued');
    if (!goesOn) return { ...ended, ...beside };
    const how = `tradelane runs show ${run.run}`;
    printNote(context, `not followed any longer; run ${run.run} goes on: ${how}`);
    return { ...ended, ...beside, ending: 'failed' };
  } finally {
    ending.abort();
    await live;
  }
}
