import { Fault } from '../../contract/fault.ts';
import { counted } from '../../contract/text/counted.ts';
import type { ReplayWay } from '../../engine/bulks/replay-way.ts';
import type { ErrorFilter } from '../../store/errors/errors.ts';
import { countUnmade } from '../../store/errors/replays.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { Patch } from '../patch/patch.ts';

/** Throws a Fault TL_ARGUMENT_INVALID for a patch of records that are not mapped anew. */
export function refuseUseless({ from }: ReplayWay, patch: Patch | undefined): void {
  if (from !== 'stage' || patch === undefined) return;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    'a patch changes the record as it was read, and from the stage that failed it is not mapped anew: replay it from the start',
  );
}

/** What is not as usual, and how many of the errors begin at the start although something else was asked for. */
export async function tellWayNotes(
  db: Database,
  { flowOf, from }: ReplayWay,
  filter: ErrorFilter,
): Promise<readonly string[]> {
  const unmade = from === 'stage' ? await countUnmade(db, filter) : 0;
  return [
    ...(flowOf === 'then' ? ['each under its flow as it was in the run in which it failed'] : []),
    ...(from === 'stage' ? ['from the stage that failed: what was sent is sent once more as it was'] : []),
    ...(unmade > 0
      ? [`${counted(unmade, 'error')} failed before there was anything to send: from the start`]
      : []),
  ];
}
