import type { Clock } from '../../contract/connector.ts';
import type { SharedLimits } from '../../contract/shared-limits.ts';
import { openSlots } from '../../store/limits/limit-slots.ts';
import { openTurns } from '../../store/limits/limit-turns.ts';
import type { Database } from '../../store/postgres/database.ts';
import { createDatabaseTime } from '../../store/postgres/database-time.ts';

/**
 * The limits of connections, shared by all processes of a database. A connection that was opened a second time, since
 * its configuration has changed, shares them as another process does.
 */
export function createSharedLimits(
  db: Database,
  { owner, clock }: { readonly owner: string; readonly clock: Clock },
): (connection: string) => SharedLimits {
  const time = createDatabaseTime(db, clock);
  let opened = 0;
  return (connection) => {
    opened += 1;
    return {
      openTurns: (window) => openTurns(db, { connection, window, time }),
      slots: openSlots(db, { connection, owner: `${owner}:${opened}` }),
    };
  };
}
