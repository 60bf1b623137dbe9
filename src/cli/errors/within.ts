import type { OpenDatabase } from '../../app/open/open-database.ts';
import type { Ask } from '../../client/create-client.ts';
import type { AskingOptions } from '../asking/with-asking.ts';
import type { CommonOptions, ExitCode } from '../context.ts';

/** Opens the database for a command, and tells how it ended. */
export type Within = (
  options: CommonOptions,
  use: (open: OpenDatabase) => Promise<ExitCode>,
) => Promise<void>;

/** The same for a command that asks endpoints, here or at a server. */
export type WithinAsking = (options: AskingOptions, use: (ask: Ask) => Promise<ExitCode>) => Promise<void>;
