import type { FlowFile } from '../../contract/generated/flow.ts';
import type { FlowEntry, Workspace } from '../workspace.ts';
import type { SourcePlan, TargetPlan } from './plan.ts';

/** What the steps of a flow are compiled from. */
export interface StepsInput {
  readonly workspace: Workspace;
  readonly entry: FlowEntry;
  /** References resolved. */
  readonly flow: FlowFile;
  readonly source: SourcePlan;
  readonly target: TargetPlan;
}
