import type { OpenDatabase } from '../../app/open/open-database.ts';
import type { CommonOptions, ExitCode } from '../context.ts';

export interface DecideOptions extends CommonOptions {
  readonly by?: string;
  readonly reason?: string;
  readonly force?: boolean;
}

export type WithinUsers = (
  options: CommonOptions,
  use: (open: OpenDatabase) => Promise<ExitCode>,
) => Promise<void>;
