import type { Command } from 'commander';
import { Fault } from '../../contract/fault.ts';
import type { ReplayWay } from '../../engine/bulks/replay-way.ts';
import type { AskingOptions } from '../asking/with-asking.ts';
import type { ErrorFilterOptions } from '../errors/error-filter.ts';
import type { PatchOptions } from './patch-options.ts';

/** What `replay` is given on the command line. */
export interface ReplayCommandOptions extends ErrorFilterOptions, PatchOptions, AskingOptions {
  readonly plan?: boolean;
  readonly samples: string;
  readonly reason?: string;
  readonly detach?: boolean;
  readonly expect?: string;
  readonly flowOf: string;
  readonly from: string;
}

export function withWayOptions(command: Command): Command {
  return command
    .option(
      '--flow-of <time>',
      'under the flow as it is `now`, or as it was `then`, in the run in which each record failed',
      'now',
    )
    .option(
      '--from <place>',
      'map each record anew, from the `start`; or from the `stage` that failed: send what the target would not take once more, exactly as it was',
      'start',
    );
}

/** Throws a Fault TL_ARGUMENT_INVALID for a time or a place that there is not. */
export function toReplayWay({ flowOf, from }: ReplayCommandOptions): ReplayWay {
  if (flowOf !== 'now' && flowOf !== 'then') throw unknown('--flow-of', 'now or then', flowOf);
  if (from !== 'start' && from !== 'stage') throw unknown('--from', 'start or stage', from);
  return { flowOf, from };
}

function unknown(option: string, expected: string, got: string): Fault {
  return new Fault('TL_ARGUMENT_INVALID', `${option}: expected ${expected}, got "${got}"`);
}
