import { toFault } from '../../contract/fault.ts';
import type { ScheduledFlow } from '../../triggers/scheduler.ts';
import { type Finding, isErrorOfRunning } from '../../workspace/finding.ts';
import type { Runtime } from '../engine/runtime.ts';
import { loadFrom } from '../open/load.ts';
import type { Scheduling } from '../schedule/scheduling.ts';
import type { Surroundings } from '../surroundings.ts';

export interface EditedWorkspace {
  readonly dir: string;
  readonly runtime: Runtime;
  /** Absent in a process that fires nothing. */
  readonly scheduling: Scheduling | undefined;
}

/** How an engine reports what became of an edit. */
export interface EditTeller {
  taken(scheduled: readonly ScheduledFlow[]): void;
  /** Mistakes, or why the files could not be read at all; what ran before goes on. */
  refused(why: readonly Finding[] | string): void;
}

/**
 * Takes the files as they are now, all of them or none: where one has a mistake, the last good version goes on. Runs
 * under way keep the flow that they were started with.
 */
export async function takeEdits(
  around: Surroundings,
  { dir, runtime, scheduling }: EditedWorkspace,
  teller: EditTeller,
): Promise<void> {
  try {
    const next = await loadFrom(around, dir);
    const mistakes = next.workspace.findings.filter(isErrorOfRunning);
    if (mistakes.length > 0) return teller.refused(mistakes);
    runtime.plans.use(next);
    teller.taken((await scheduling?.refresh()) ?? []);
  } catch (thrown) {
    teller.refused(toFault(thrown).message);
  }
}
