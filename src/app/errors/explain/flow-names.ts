import { isJsonObject } from '../../../contract/json.ts';
import type { Workspace } from '../../../workspace/workspace.ts';
import type { FlowNames } from './facts.ts';

/** What a flow and its ends are called today; of a flow that is gone, or broken, what is left to say. */
export function flowNames(workspace: Workspace | undefined, flow: string): FlowNames {
  const value = workspace?.flows.get(flow)?.value;
  const source = endOf(value, 'source');
  const target = endOf(value, 'target');
  const record = target.as ?? source.as;
  return {
    flow,
    ...(record !== undefined && { record }),
    ...(source.connection !== undefined && { source: source.connection }),
    ...(target.connection !== undefined && { target: target.connection }),
  };
}

function endOf(
  flow: unknown,
  end: 'source' | 'target',
): { readonly connection?: string | undefined; readonly as?: string | undefined } {
  const found = isJsonObject(flow) ? flow[end] : undefined;
  if (!isJsonObject(found)) return {};
  return { connection: textOf(found['connection']), as: textOf(found['as']) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
