import type { SchemaNode } from './checks/schema-node.ts';
import type { FindingCode } from './finding.ts';
import { resolveValue } from './resolve-value.ts';
import type { Workspace } from './workspace.ts';

/** Findings about what the environment held when the files were read. It may hold something else by now. */
export const environmentCodes: ReadonlySet<FindingCode> = new Set(['TLW_ENV_MISSING', 'TLW_ENV_FILE']);

/** `${NAME:-default}` is its default; `${NAME}` stays as it is written, which shows where a value would come from. */
export function withoutEnvironment(value: unknown, node: SchemaNode | undefined): unknown {
  const nothing = { env: () => undefined, file: () => undefined };
  return resolveValue(value, node, nothing).value;
}

/** A workspace whose flows have been resolved without the environment, and lack nothing of it. */
export function withUnsetFlows(workspace: Workspace): Workspace {
  const flows = [...workspace.flows].map(([name, entry]) => {
    const findings = entry.findings.filter(({ code }) => !environmentCodes.has(code));
    return [
      name,
      { ...entry, value: withoutEnvironment(entry.document.value, undefined), findings },
    ] as const;
  });
  return { ...workspace, flows: new Map(flows) };
}
