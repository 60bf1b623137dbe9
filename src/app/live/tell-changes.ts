import { toListedRun } from '../runs/list-runs.ts';
import type { LiveNews } from './live-event.ts';
import { type LiveState, markOfRun } from './live-state.ts';

/** What has changed from one look to the next, in the order in which it is told. */
export function tellChanges(before: LiveState, after: LiveState, now: number): readonly LiveNews[] {
  return [
    ...tellFlows(before, after),
    ...tellPauses(before, after),
    ...tellRuns(before, after, now),
    ...tellErrors(before, after),
    ...tellBulks(before, after),
  ];
}

function tellRuns(before: LiveState, after: LiveState, now: number): readonly LiveNews[] {
  const changed = [...after.runs.values()].filter(
    (run) => markOfRun(run) !== markOfRun(before.runs.get(run.id)),
  );
  return changed
    .sort((a, b) => a.id - b.id)
    .map((run) => about([run.flow], { event: 'run', run: toListedRun(run, now) }));
}

function tellErrors(before: LiveState, after: LiveState): readonly LiveNews[] {
  const flows = new Set([...before.errors.keys(), ...after.errors.keys()]);
  return [...flows].flatMap((flow) => {
    const open = after.errors.get(flow) ?? 0;
    return open === (before.errors.get(flow) ?? 0) ? [] : [about([flow], { event: 'errors', flow, open })];
  });
}

function tellBulks(before: LiveState, after: LiveState): readonly LiveNews[] {
  return [...after.bulks].flatMap(([id, { document, flows }]) => {
    const isSame = JSON.stringify(before.bulks.get(id)?.document) === JSON.stringify(document);
    return isSame ? [] : [{ event: { event: 'bulk', bulk: document }, flows, isFor: 'all' } as const];
  });
}

function tellFlows(before: LiveState, after: LiveState): readonly LiveNews[] {
  const taken = [...after.files].filter(([flow, hash]) => before.files.get(flow) !== hash);
  const gone = [...before.files.keys()].filter((flow) => !after.files.has(flow));
  return [
    ...taken.map(([flow]) => about([flow], { event: 'flow', flow, change: 'taken' })),
    ...gone.map((flow) => about([flow], { event: 'flow', flow, change: 'gone' })),
  ];
}

function tellPauses(before: LiveState, after: LiveState): readonly LiveNews[] {
  const markOf = (state: LiveState, key: string) => JSON.stringify(state.pauses.get(key)?.pause);
  const begun = [...after.pauses].filter(([key]) => markOf(before, key) !== markOf(after, key));
  const over = [...before.pauses].filter(([key]) => !after.pauses.has(key));
  return [
    ...begun.map(([, { pause, flows }]) => about(flows, { event: 'pause', pause, isOver: false })),
    ...over.map(([, { pause, flows }]) => about(flows, { event: 'pause', pause, isOver: true })),
  ];
}

function about(flows: readonly string[], event: LiveNews['event']): LiveNews {
  return { event, flows, isFor: 'any' };
}
