import type { SharedLimits } from '../../contract/shared-limits.ts';
import { openSlots } from '../../store/limits/limit-slots.ts';
import { openTurns } from '../../store/limits/limit-turns.ts';
import type { Database } from '../../store/postgres/database.ts';

/**
 * The limits of connections, shared by all processes of a database. A connection that was opened a second time, since
 * its configuration has changed, shares them as another process does.
 */
export function createSharedLimits(db: Database, owner: string): (connection: string) => SharedLimits {
  let opened = 0;
  return (connection) => {
    opened += 1;
    return {
      openTurns: (pace) => openTurns(db, { connection, pace }),
      slots: openSlots(db, { connection, owner: `${owner}:${opened}` }),
    };
  };
}
