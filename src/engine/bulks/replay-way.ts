import { loadMade, type Replayable } from '../../store/errors/replays.ts';
import type { Database } from '../../store/postgres/database.ts';

/** How records go down the line again. */
export interface ReplayWay {
  /** The flow as it is now, or as it was when they failed. */
  readonly flowOf: 'now' | 'then';
  /**
   * Mapped anew; or from the stage that failed: what the target would not take is sent once more as it was. Those that
   * failed before there was anything to send begin at the start all the same.
   */
  readonly from: 'start' | 'stage';
}

export const usualWay: ReplayWay = Object.freeze({ flowOf: 'now', from: 'start' });

/** Only what is not as usual. */
export function tellWay({ flowOf, from }: ReplayWay): Partial<ReplayWay> {
  return { ...(flowOf === 'then' && { flowOf }), ...(from === 'stage' && { from }) };
}

/** With what the target would not take, where there was anything to give: that is sent once more. */
export async function withMade(db: Database, errors: readonly Replayable[]): Promise<readonly Replayable[]> {
  const made = await loadMade(
    db,
    errors.map(({ id }) => id),
  );
  return errors.map((error) => {
    const own = made.get(error.id);
    return own === undefined ? error : { ...error, record: { ...error.record, made: own } };
  });
}
