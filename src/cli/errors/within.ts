import type { Ask } from '../../client/create-client.ts';
import type { AskingOptions } from '../asking/with-asking.ts';
import type { ExitCode } from '../context.ts';

/** Lets a command ask endpoints, here or at a server, and tells how it ended. */
export type WithinAsking = (options: AskingOptions, use: (ask: Ask) => Promise<ExitCode>) => Promise<void>;
