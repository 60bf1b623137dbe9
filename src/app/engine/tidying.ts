import type { Clock } from '../../contract/connector.ts';
import { toFault } from '../../contract/fault.ts';
import { type HistoryLimits, type TidyDeeds, tidyHistory } from '../../engine/history/tidy-history.ts';
import type { Logger } from '../../observe/logger.ts';
import { renewOldKeys } from '../../store/crypto/renew-data-keys.ts';
import type { Database } from '../../store/postgres/database.ts';
import { createHeadTeller } from './audit-head.ts';

export interface TidyingTools {
  readonly db: Database;
  readonly history: HistoryLimits;
  readonly clock: Clock;
  /** Aborted: what is under way comes to its end, which takes a second at most. */
  readonly stop: AbortSignal;
  readonly log: Logger;
}

/** Tidies history up at once, and then again and again, and tells where the audit log ends. `close` waits for what is under way. */
export function startTidying({ db, history, clock, stop, log }: TidyingTools): { close(): Promise<void> } {
  let wasInUse = false;
  let keysAt = performance.now() + dayMs;
  const tellHead = createHeadTeller(db, log, () => clock.now());
  const tidy = async () => {
    const deeds = await tidyHistory(db, history, stop);
    tell(log, { ...deeds, isInUse: deeds.isInUse && !wasInUse });
    wasInUse = deeds.isInUse;
    if (deeds.dropped.length > 0 || performance.now() >= keysAt) {
      keysAt = performance.now() + dayMs;
      const { destroyed } = await renewOldKeys(db, history.maxAgeMs + 2 * dayMs, stop);
      if (destroyed.length > 0) log.info({ keys: destroyed }, 'data keys that are too old are destroyed');
    }
    await tellHead();
  };
  let under: Promise<void> | undefined;
  const tidyNow = () => {
    under ??= tidy()
      .catch((thrown: unknown) => {
        if (!stop.aborted)
          log.warn({ reason: toFault(thrown).message }, 'history was not tidied up; it is tried again');
      })
      .finally(() => {
        under = undefined;
      });
  };
  tidyNow();
  const timer = setInterval(tidyNow, everyMs);
  return {
    close: async () => {
      clearInterval(timer);
      await under;
    },
  };
}

const everyMs = 10_000;
const dayMs = 86_400_000;

function tell(log: Logger, { begun, dropped, segments, isInUse }: TidyDeeds): void {
  if (begun !== undefined) log.debug({ part: begun }, 'a new part of history is begun');
  if (dropped.length > 0) log.info({ parts: dropped }, 'history that is too old or too much is dropped');
  if (segments > 0) log.debug({ segments }, 'terms of history are merged');
  if (isInUse) log.warn({}, 'history is in use for long: its parts stay as they are until that ends');
}
