import type { Pause } from '../../store/waiting/pauses.ts';
import type { FlowStatus } from '../status/standing.ts';

/** A pause, and what waits for it. */
export interface WaitingPause extends Pause {
  /** Flows that stand still for it. */
  readonly flows: readonly string[];
  /** That these have staged or held. */
  readonly records: number;
}

/** Those over one flow, or all. */
export function waitingPauses(
  pauses: readonly Pause[],
  flows: readonly FlowStatus[],
  flow: string | undefined,
): readonly WaitingPause[] {
  return pauses.flatMap((pause) => {
    const still = flows.filter((each) =>
      each.pauses.some(({ kind, name }) => kind === pause.kind && name === pause.name),
    );
    if (flow !== undefined && !still.some((each) => each.flow === flow)) return [];
    const records = still.reduce((sum, { waiting }) => sum + waiting.records, 0);
    return [{ ...pause, flows: still.map((each) => each.flow), records }];
  });
}
