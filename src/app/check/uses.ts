import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import type { FlowEntry } from '../../workspace/workspace.ts';

/** What flows do with a resource of a connection. */
export interface ResourceUse {
  readonly resource: string;
  readonly does: 'read' | 'write';
  readonly flows: readonly string[];
  /** Of a read: what the flows ask for. */
  readonly where: JsonObject;
}

/** All that flows do over a connection, each once: what is read before what is written. */
export function usesOf(connection: string, flows: Iterable<FlowEntry>): readonly ResourceUse[] {
  const uses = new Map<string, ResourceUse>();
  for (const { name, value } of flows) {
    const said = isJsonObject(value) ? value : {};
    for (const [does, end] of [
      ['read', said.source],
      ['write', said.target],
    ] as const) {
      if (!isJsonObject(end) || end.connection !== connection || typeof end.resource !== 'string') continue;
      const where = does === 'read' && isJsonObject(end.where) ? end.where : {};
      const same = JSON.stringify([does, end.resource, where]);
      const flows = [...(uses.get(same)?.flows ?? []), name];
      uses.set(same, { resource: end.resource, does, flows, where });
    }
  }
  return [...uses.values()].sort(
    (a, b) => a.does.localeCompare(b.does) || a.resource.localeCompare(b.resource),
  );
}
