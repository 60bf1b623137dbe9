import type { JsonObject } from '../../contract/json.ts';
import type { ContractMode } from '../compile/plan.ts';

/** A flow file that fits schemas/flow.schema.json. Durations are texts such as `30s`. */
export interface FlowFile {
  readonly flow: string;
  readonly summary?: string;
  readonly trigger?: { readonly schedule?: ScheduleFile };
  readonly source: EndFile & { readonly where?: JsonObject; readonly lookback?: string };
  readonly filter?: string;
  readonly key?: string;
  readonly set?: JsonObject;
  readonly map?: JsonObject | string;
  readonly target: EndFile & {
    readonly write: 'create' | 'update' | 'upsert' | 'delete';
    readonly allowDuplicates?: boolean;
    readonly absent?: 'keep' | 'clear';
  };
  readonly delivery?: {
    readonly mode?: 'every' | 'latest';
    readonly batch?: number;
    readonly concurrency?: number;
    readonly lanes?: number;
  };
  readonly retry?: {
    readonly attempts?: number;
    readonly delay?: string;
    readonly factor?: number;
    readonly maxDelay?: string;
    readonly jitter?: boolean;
  };
  readonly requires?: { readonly xref: readonly string[] };
  readonly guards?: GuardsFile;
  readonly contract?: ContractFile;
}

/** One mode for both borders, or one for each. */
export type ContractFile = ContractMode | { readonly source?: ContractMode; readonly target?: ContractMode };

/** Shares are texts such as `5%`. */
export interface GuardsFile {
  readonly maxErrorRate?: string;
  readonly maxDeletes?: number;
  readonly maxChange?: { readonly of: string; readonly by: string; readonly records?: number };
}

export interface ScheduleFile {
  readonly cron: string;
  readonly timezone?: string;
  readonly overlap?: 'skip' | 'queue';
  readonly catchup?: string;
}

/** One end of a flow. */
export interface EndFile {
  readonly connection: string;
  readonly resource: string;
  readonly as?: string;
}

/** Where the file that `map: ./orders.jsonata` names lies in the workspace; `undefined` where it lies outside. */
export function mapFilePath(flowPath: string, map: string): string | undefined {
  if (/^(?:\/|[A-Za-z]:)/.test(map)) return undefined;
  const parts = flowPath.split('/').slice(0, -1);
  for (const part of map.split(/[\\/]/)) {
    if (part === '..' && parts.pop() === undefined) return undefined;
    if (part !== '..' && part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
