import { isJsonObject } from '../../contract/json.ts';
import type { FlowEntry } from '../../workspace/workspace.ts';

/** A connection and a resource, as the file of a flow names them. */
export interface SaidEnd {
  readonly connection?: string;
  readonly resource?: string;
  /** The entity that it speaks. */
  readonly as?: string;
}

export interface FlowEndsSaid {
  readonly summary?: string;
  readonly source?: SaidEnd;
  readonly target?: SaidEnd & { readonly write?: string };
}

/** What a flow is about; of a file with mistakes, as far as it can be read. */
export function endsSaid(entry: Pick<FlowEntry, 'value'> | undefined): FlowEndsSaid {
  const value = isJsonObject(entry?.value) ? entry.value : {};
  const { summary, source, target } = value;
  return {
    ...(typeof summary === 'string' && { summary }),
    ...(isJsonObject(source) && { source: texts(source, ['connection', 'resource', 'as']) }),
    ...(isJsonObject(target) && { target: texts(target, ['connection', 'resource', 'as', 'write']) }),
  };
}

function texts(value: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = value[name];
      return typeof text === 'string' ? [[name, text] as const] : [];
    }),
  );
}
