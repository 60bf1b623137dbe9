import type { FlowFile } from '../contract/generated/flow.ts';
import { entityFiles, tablesOf } from './compile/plan-documents.ts';
import { type Finding, isError } from './finding.ts';
import { entityOf, settingsPath } from './load/paths.ts';
import type { FlowEntry, Workspace } from './workspace.ts';

/**
 * What keeps a flow from running: errors in its own file and its mapping, and in the lookup tables, entity schemas and
 * settings that its plan is made of. Without them it would run all the same, and give records with gaps. Mistakes in
 * files that it does not use are none of its business; those of its connections are reported when these are opened.
 */
export function mistakesOf(workspace: Workspace, entry: FlowEntry): readonly Finding[] {
  const own = entry.findings.filter(isError);
  const flow = entry.document.value as Partial<FlowFile> | undefined;
  if (own.length > 0 || typeof flow !== 'object') return own;
  const ofTables = tablesOf(workspace, entry).flatMap(({ findings }) => findings);
  const names = [flow.source?.as, flow.target?.as];
  const files = new Set([settingsPath, ...names.flatMap((name) => entityFiles(workspace, name))]);
  const others = workspace.findings.filter(
    // A schema that cannot be used is among no entities: only its path has its name.
    ({ file }) => files.has(file) || names.includes(entityOf(file) ?? ''),
  );
  return [...new Set([...ofTables, ...others])].filter(isError);
}
