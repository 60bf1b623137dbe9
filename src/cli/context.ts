import type { Surroundings } from '../app/surroundings.ts';
import type { CommandCall } from './command-names.ts';

/** What a command is given of the world; only `main.ts` takes it from the process. */
export interface Context extends Surroundings {
  /** What of the call commands that are proposed repeat; known once the arguments are read. */
  readonly called: CommandCall['called'];
  readonly cwd: string;
  /** Opened only by commands that ask, or that read what is piped into them. */
  readonly openStdin: () => NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Who runs the command, as the system calls them. */
  readonly user: string;
  /** This program's file, to start another process of it with. */
  readonly main: string;
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
