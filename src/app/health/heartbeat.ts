import { hostname } from 'node:os';
import { toFault } from '../../contract/fault.ts';
import type { Logger } from '../../observe/logger.ts';
import type { Database } from '../../store/postgres/database.ts';
import { beatProcess, forgetProcess } from '../../store/processes/processes.ts';

/** A process says that it lives, as often as this. */
const beatMs = 5_000;
/** One that has not said so for so long is taken for dead: a busy process, or database, is late now and then. */
export const aliveMs = 20_000;
/** What has died is shown for so long. */
export const forgetMs = 3_600_000;

export interface HeartbeatTools {
  readonly db: Database;
  /** The name of the process, as in leases. */
  readonly id: string;
  readonly roles: readonly string[];
  readonly version: string;
  readonly log: Logger;
}

export interface Heartbeat {
  /** Says at once that the process lives no more. */
  close(): Promise<void>;
}

/**
 * Says again and again, in the database, that this process lives and what it does, so that others can tell whether
 * anybody works. Over the connections that its work goes over: where they are stuck, it falls silent as well. Returns
 * after the first time.
 */
export async function startHeartbeat({ db, log, ...said }: HeartbeatTools): Promise<Heartbeat> {
  const own = { ...said, host: hostname(), pid: process.pid };
  let wasMissed = false;
  let beating: Promise<void> | undefined;
  const beat = async () => {
    try {
      await beatProcess(db, own, forgetMs);
      wasMissed = false;
    } catch (thrown) {
      if (!wasMissed) log.warn({ reason: toFault(thrown).message }, 'no sign of life could be given');
      wasMissed = true;
    }
  };
  const beatNow = () => {
    beating ??= beat().finally(() => {
      beating = undefined;
    });
    return beating;
  };
  await beatNow();
  const timer = setInterval(beatNow, beatMs);
  return {
    close: async () => {
      clearInterval(timer);
      await beating;
      // Where it cannot be said, others notice all the same, a little later.
      if (!wasMissed) await forgetProcess(db, own.id).catch(() => {});
    },
  };
}
