import { counted } from '../../contract/text/counted.ts';
import type { ReplayWay } from '../../engine/bulks/replay-way.ts';
import { type IdentifyWith, identifyUnread, type UnreadOutcome } from '../../engine/patch/identify-unread.ts';
import type { Unread } from '../../store/errors/replays.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { goesThrough } from './flows-of-errors.ts';

/** Records of what could not come in, of all these flows. */
export async function identifyAll(
  unread: readonly Unread[],
  plans: readonly Plan[],
  { way, ...given }: Omit<IdentifyWith, 'plan'> & { readonly way: ReplayWay },
): Promise<UnreadOutcome> {
  const all: UnreadOutcome[] = [];
  for (const plan of plans) {
    const own = unread.filter((error) => goesThrough(way, plan, error));
    all.push(await identifyUnread(own, { ...given, plan }));
  }
  return { records: all.flatMap(({ records }) => records), rest: all.flatMap(({ rest }) => rest) };
}

/** The errors that stay as they are, by what keeps them from being sent. */
export function tellUnread(rest: UnreadOutcome['rest']): readonly string[] {
  return [...Map.groupBy(rest, (each) => each.why)].map(([why, some]) => {
    const ids = some.slice(0, 5).map(({ id }) => id);
    const named = `${ids.join(', ')}${some.length > ids.length ? ', …' : ''}`;
    return `${counted(some.length, 'error')} without a record (${named}) cannot be sent: ${why}`;
  });
}
