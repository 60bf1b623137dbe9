import type { SchemaNode } from '../checks/schema-node.ts';
import { resolveValue } from '../compile/resolve-value.ts';
import type { Finding, FindingCode } from '../finding.ts';
import { environmentOnly } from '../text/references.ts';
import type { Workspace } from '../workspace.ts';

/** Findings about what the environment held when the files were read. It may hold something else by now. */
export const environmentCodes: ReadonlySet<FindingCode> = new Set(['TLW_ENV_MISSING', 'TLW_ENV_FILE']);

/** `${NAME:-default}` is its default; `${NAME}` stays as it is written, which shows where a value would come from. */
export function withoutEnvironment(value: unknown, node: SchemaNode | undefined): unknown {
  return resolveValue(value, node, environmentOnly({})).value;
}

/** A workspace whose flows have been resolved without the environment, and which lacks nothing of it. */
export function withEnvironmentUnset(workspace: Workspace): Workspace {
  const flows = [...workspace.flows].map(([name, entry]) => {
    const value = withoutEnvironment(entry.document.value, undefined);
    return [name, { ...withoutFindings(entry), value }] as const;
  });
  const connections = [...workspace.connections].map(
    ([name, entry]) => [name, withoutFindings(entry)] as const,
  );
  return { ...withoutFindings(workspace), flows: new Map(flows), connections: new Map(connections) };
}

function withoutFindings<Entry extends { readonly findings: readonly Finding[] }>(entry: Entry): Entry {
  return { ...entry, findings: entry.findings.filter(({ code }) => !environmentCodes.has(code)) };
}
