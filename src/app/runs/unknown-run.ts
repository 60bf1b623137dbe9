import { Fault } from '../../contract/fault.ts';
import type { Database } from '../../store/postgres/database.ts';
import { listRuns } from '../../store/runs/runs.ts';

/** That there is no such run, with the newest that there is. */
export async function unknownRun(db: Database, id: number): Promise<Fault> {
  const [newest] = await listRuns(db, { limit: 1 });
  const hint = newest ? `the newest is ${newest.id}` : 'nothing has run yet';
  return new Fault('TL_NOT_FOUND', `there is no run ${id}; ${hint}`);
}
