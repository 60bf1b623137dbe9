import { type FlowScope, isInScope } from '../../contract/flow-scope.ts';
import type { Finding } from '../../workspace/finding.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { filesOfFlow } from '../flows/flow-files.ts';

/** What is wrong with the files, as they are taken now: all of it, or what is about the files of these flows. */
export function listFindings(workspace: Workspace, scope: FlowScope): readonly Finding[] {
  if (scope === 'all') return workspace.findings;
  const seen = [...workspace.flows.values()].filter(({ name }) => isInScope(scope, name));
  const own = seen.flatMap((entry) => filesOfFlow(workspace, entry));
  const paths = new Set(own.flatMap(({ path, text }) => (text === undefined ? [] : [path])));
  return workspace.findings.filter(({ file }) => paths.has(file));
}
