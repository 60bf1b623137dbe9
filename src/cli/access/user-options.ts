import type { Ask } from '../../client/create-client.ts';
import type { AskingOptions } from '../asking/with-asking.ts';
import type { ExitCode } from '../context.ts';

export interface DecideOptions extends AskingOptions {
  readonly reason?: string;
  readonly force?: boolean;
}

export type WithinUsers = (options: AskingOptions, use: (ask: Ask) => Promise<ExitCode>) => Promise<void>;
