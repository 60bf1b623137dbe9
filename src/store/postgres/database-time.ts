import { sql } from 'kysely';
import type { Clock } from '../../contract/connector.ts';
import { present } from '../../contract/present.ts';
import type { Database } from './database.ts';

/** How the clock of the database stands to ours. */
export interface DatabaseTime {
  /**
   * Milliseconds to add to a time of ours, so that a statement sent then arrives at that time of the database's clock:
   * the difference of the clocks and the way there.
   */
  aheadMs(): Promise<number>;
}

const freshMs = 1_000;
const keptMs = 10_000;

/**
 * Measured again every second that it is asked for. Of the last ten seconds the smallest counts: whatever delayed a
 * statement (a full pool, a busy process) made it look larger.
 */
export function createDatabaseTime(db: Database, clock: Clock): DatabaseTime {
  let samples: readonly Sample[] = [];
  let measuring: Promise<void> | undefined;

  const measure = async () => {
    const sample = await takeSample(db, clock);
    samples = [...samples.filter(({ at }) => sample.at - at < keptMs), sample];
  };
  const measureOnce = () => {
    measuring ??= measure().finally(() => {
      measuring = undefined;
    });
    return measuring;
  };

  return {
    async aheadMs() {
      const now = performance.now();
      const newest = samples.at(-1);
      if (newest === undefined || now - newest.at >= keptMs) await measureOnce();
      // The statement that asked goes on with what is known; if the database is away, it will meet that itself.
      else if (now - newest.at >= freshMs) measureOnce().catch(() => {});
      return Math.min(...samples.map(({ aheadMs }) => aheadMs));
    },
  };
}

interface Sample {
  /** By the monotonic clock. */
  readonly at: number;
  readonly aheadMs: number;
}

async function takeSample(db: Database, clock: Clock): Promise<Sample> {
  const at = performance.now();
  const sentAt = clock.now();
  const { rows } = await sql<{ now: number }>`
    select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(db);
  return { at, aheadMs: present(rows[0], 'the time of the database').now - sentAt };
}
