import type { ReplayWay } from '../../engine/bulks/replay-way.ts';
import type { Patch } from '../patch/patch.ts';

/** How records are sent again, and what is made of them before. */
export interface ReplayManner {
  readonly patch: Patch | undefined;
  readonly way: ReplayWay;
}
