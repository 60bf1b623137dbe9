import type { Clock } from '../contract/connector.ts';
import type { Env } from '../workspace/workspace.ts';
import type { Called } from './command-names.ts';

/** What a command is given of the world; only `main.ts` takes it from the process. */
export interface Context {
  readonly env: Env;
  /** What of the call commands that are proposed repeat; known once the arguments are read. */
  readonly called: Called['called'];
  readonly cwd: string;
  /** Opened only by commands that ask, or that read what is piped into them. */
  readonly openStdin: () => NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly clock: Clock;
  readonly random: () => number;
  /** Who runs the command, as the system calls them. */
  readonly user: string;
  /** This program's file, to start another process of it with. */
  readonly main: string;
  /** The package's root: built-in connectors, schemas, and the example workspace. */
  readonly packageDir: string;
  /** Aborted by Ctrl-C and SIGTERM: finish what is under way and end. */
  readonly stop: AbortSignal;
}

/** Exit codes. */
export const exit = {
  /** Done, and clean. */
  clean: 0,
  /** Done, but errors are open, or there are findings. */
  findings: 1,
  /** Invalid files or arguments. */
  invalid: 2,
  /** Could not run. */
  failed: 3,
} as const;

export type ExitCode = (typeof exit)[keyof typeof exit];

export interface CommonOptions {
  readonly workspace: string;
  readonly json?: boolean;
}
