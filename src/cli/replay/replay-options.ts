import type { ErrorFilterOptions } from '../errors/error-filter.ts';
import type { PatchOptions } from './patch-options.ts';

/** What `replay` is given on the command line. */
export interface ReplayCommandOptions extends ErrorFilterOptions, PatchOptions {
  readonly plan?: boolean;
  readonly samples: string;
  readonly by?: string;
}
