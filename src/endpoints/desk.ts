import type { Caller } from '../app/access/caller.ts';
import type { Runtime } from '../app/engine/runtime.ts';
import type { OpenDatabase } from '../app/open/open-database.ts';
import type { Looks } from '../app/plan/looks.ts';
import type { Surroundings } from '../app/surroundings.ts';

/** Where an endpoint is carried out: by a process that serves the API, or by a command over the database itself. */
export interface Desk {
  readonly caller: Caller;
  readonly open: OpenDatabase;
  readonly around: Surroundings;
  /** The workspace's folder. */
  readonly dir: string;
  /** For what looks at much, and takes long. */
  readonly looks: Looks;
  /**
   * With an engine: that of the process, which goes on by itself with what it is given; or one for this piece of work
   * alone, which is closed after it.
   */
  useEngine<Result>(use: (runtime: Runtime) => Promise<Result>): Promise<Result>;
}
