import { flowDefaults } from '../../contract/generated/defaults.ts';
import type { FlowFile } from '../../contract/generated/flow.ts';
import type { XrefScope } from '../../store/line/key-spaces.ts';
import { mistakesOf } from '../../workspace/mistakes.ts';
import type { Workspace } from '../../workspace/workspace.ts';

/** Where records are: a resource of a connection. */
export interface RecordPlace {
  readonly connection: string;
  readonly resource: string;
}

/** Between which places a flow moves records, as the workspace has it now. */
export interface FlowEnds {
  readonly flow: string;
  readonly source: RecordPlace;
  readonly target: RecordPlace;
  /** For what its ids are kept. */
  readonly scope: XrefScope;
  readonly lanes: number;
  /** Its keys are not those of the source. */
  readonly hasOwnKey: boolean;
}

/** Flows with mistakes are left out: nothing is certain of them. */
export function listFlowEnds(workspace: Workspace | undefined): ReadonlyMap<string, FlowEnds> {
  const sound = workspace
    ? [...workspace.flows].filter(([, entry]) => mistakesOf(workspace, entry).length === 0)
    : [];
  return new Map(sound.map(([name, { value }]) => [name, toEnds(value as FlowFile)]));
}

function toEnds({ flow, source, target, key, delivery }: FlowFile): FlowEnds {
  return {
    flow,
    source: { connection: source.connection, resource: source.resource },
    target: { connection: target.connection, resource: target.resource },
    scope: {
      entity: target.as ?? source.as ?? target.resource,
      source: source.connection,
      target: target.connection,
    },
    lanes: { ...flowDefaults.delivery, ...delivery }.lanes,
    hasOwnKey: key !== undefined,
  };
}

export function isSamePlace(a: RecordPlace, b: RecordPlace): boolean {
  return a.connection === b.connection && a.resource === b.resource;
}
