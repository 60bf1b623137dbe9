import type { FaultNote } from '../../store/runs/runs.ts';
import type { FlowStatus } from '../status/standing.ts';

/** A flow whose last run could not read its source: what is new there waits at the source. */
export interface AwaySource {
  readonly flow: string;
  readonly connection: string;
  readonly run: number;
  readonly since: Date;
  /** By its schedule; `null`: when somebody runs it. */
  readonly nextRunAt: Date | null;
  readonly fault: FaultNote;
}

/** Those of one flow, or of all. */
export function awaySources(flows: readonly FlowStatus[], flow: string | undefined): readonly AwaySource[] {
  return flows.flatMap((status) => {
    const trouble = status.troubles.find(({ side }) => side === 'source');
    const { lastRun } = status;
    if (!trouble || !lastRun || (flow !== undefined && status.flow !== flow)) return [];
    const { connection, fault } = trouble;
    const since = trouble.since ?? lastRun.createdAt;
    const nextRunAt = status.nextTick ?? null;
    return [{ flow: status.flow, connection, run: lastRun.id, since, nextRunAt, fault }];
  });
}
