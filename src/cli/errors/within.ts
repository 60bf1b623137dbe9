import type { OpenDatabase } from '../../app/open/open-database.ts';
import type { CommonOptions, ExitCode } from '../context.ts';

/** Opens the database for a command, and tells how it ended. */
export type Within = (
  options: CommonOptions,
  use: (open: OpenDatabase) => Promise<ExitCode>,
) => Promise<void>;
