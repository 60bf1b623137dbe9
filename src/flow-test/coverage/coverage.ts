import type { FilePlace } from '../../workspace/finding.ts';

/** Something of a flow that cases should reach. */
export interface CoveragePoint extends FilePlace {
  /** `set.total`, `map.items: ?`, `filter`. */
  readonly what: string;
  /** What has not happened as long as it is not reached: `never gave a value`. */
  readonly lack: string;
  readonly reached: boolean;
}

/** How much of a flow its cases reach. */
export interface FlowCoverage {
  readonly flow: string;
  readonly file: string;
  readonly points: readonly CoveragePoint[];
}

/** Points in whole percent, rounded down, so that 100 means all of them. A flow with none is covered. */
export function percentOf(flows: readonly FlowCoverage[]): number {
  const points = flows.flatMap((flow) => flow.points);
  if (points.length === 0) return 100;
  return Math.floor((100 * points.filter(({ reached }) => reached).length) / points.length);
}
