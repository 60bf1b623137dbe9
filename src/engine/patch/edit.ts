import type { Replayable } from '../../store/errors/replays.ts';

/** What a person makes of a native record before it is sent. A Fault that it throws ends the replay before it begins. */
export type Edit = (error: Replayable) => Promise<Edited>;

/** The native record from then on; or why this one is not meant, and stays as it is. */
export type Edited = { readonly native: unknown } | { readonly leftOut: string };
