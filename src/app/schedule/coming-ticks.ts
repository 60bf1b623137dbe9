import { type FlowScope, isInScope } from '../../contract/flow-scope.ts';
import { listPauses, type Pause } from '../../store/waiting/pauses.ts';
import { createTickFinder } from '../../triggers/next-ticks.ts';
import { toZonedText } from '../../triggers/zone-offset.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { coversFlow, loadFlowConnections } from '../pauses/flow-connections.ts';
import { type ScheduleView, schedulesOf } from './schedules.ts';

/** A time at which a flow runs by itself. */
export interface ComingTick {
  readonly at: Date;
  readonly flow: string;
  /** RFC 3339, with the offset of the schedule's zone at that time. */
  readonly local: string;
  /** A pause lasts until then: it will be skipped. */
  readonly isPaused?: true;
}

export interface ComingTicks {
  readonly from: Date;
  readonly to: Date;
  readonly schedules: readonly ScheduleView[];
  readonly ticks: readonly ComingTick[];
  /** There are more: schedules that fire each second would fill any page. */
  readonly isCut: boolean;
}

/** Of one flow, and of all of them. */
const most = { ofFlow: 2_000, ofAll: 10_000 };

/** All times at which flows run by themselves within the hours to come, in their order. */
export async function listComingTicks(
  { db, clock, findWorkspace }: OpenDatabase,
  {
    hours,
    flow,
    scope,
  }: { readonly hours: number; readonly flow?: string | undefined; readonly scope: FlowScope },
): Promise<ComingTicks> {
  const now = clock.now();
  const to = now + hours * 3_600_000;
  const workspace = await findWorkspace();
  const wanted = [...(workspace?.flows.values() ?? [])].filter(
    ({ name }) => isInScope(scope, name) && (flow === undefined || flow === name),
  );
  const schedules = schedulesOf(wanted, now);
  const pauses = await listPauses(db);
  const ends = await loadFlowConnections(
    db,
    workspace,
    schedules.map((schedule) => schedule.flow),
  );
  const ticksOf = createTickFinder();
  let isCut = false;
  const all = schedules.flatMap((schedule) => {
    const own = pauses.filter((pause) => coversFlow(pause, schedule.flow, ends));
    const found = ticksOf(schedule)(new Date(now), most.ofFlow + 1).filter((at) => at.getTime() <= to);
    if (found.length > most.ofFlow) isCut = true;
    return found.slice(0, most.ofFlow).map((at): ComingTick => {
      const isPaused = own.some((pause) => lasts(pause, at));
      const local = toZonedText(at, schedule.timezone);
      return { at, flow: schedule.flow, local, ...(isPaused && { isPaused }) };
    });
  });
  const ticks = all.sort((a, b) => a.at.getTime() - b.at.getTime() || (a.flow < b.flow ? -1 : 1));
  isCut ||= ticks.length > most.ofAll;
  return { from: new Date(now), to: new Date(to), schedules, ticks: ticks.slice(0, most.ofAll), isCut };
}

function lasts({ until }: Pause, at: Date): boolean {
  return until === null || until > at;
}
