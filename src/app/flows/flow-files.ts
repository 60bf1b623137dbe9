import { planDocuments } from '../../workspace/compile/plan-documents.ts';
import { connectionsPath, settingsPath } from '../../workspace/load/paths.ts';
import type { SourceFile } from '../../workspace/text/source-file.ts';
import type { FlowEntry, Workspace } from '../../workspace/workspace.ts';

/** A file that a flow is made of. */
export interface ShownFile {
  readonly path: string;
  /** Absent: it is shared by all flows, and shown by its own means, without secrets. */
  readonly text?: string;
}

/** Files of a flow that cannot be compiled are its own alone. */
export function filesOfFlow(workspace: Workspace, entry: FlowEntry): readonly ShownFile[] {
  const own = workspace.files.get(entry.file);
  const isReadable = entry.findings.every(({ severity }) => severity !== 'error');
  return toShown(isReadable ? planDocuments(workspace, entry.name) : own ? [own] : []);
}

/** The files that all flows share may hold what is none of a flow's business. */
export function toShown(files: readonly Pick<SourceFile, 'path' | 'text'>[]): readonly ShownFile[] {
  return files.map(({ path, text }) =>
    path === connectionsPath || path === settingsPath ? { path } : { path, text },
  );
}
