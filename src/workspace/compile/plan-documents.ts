import { createHash } from 'node:crypto';
import { Fault } from '../../contract/fault.ts';
import type { FlowFile } from '../../contract/generated/flow.ts';
import { tablesUsedBy } from '../checks/expressions/check-expression.ts';
import { connectionsPath, settingsPath } from '../load/paths.ts';
import { mapFilePath } from '../parts/map-file-path.ts';
import { referencedSchemas } from '../parts/referenced-schemas.ts';
import { eachText } from '../text/references.ts';
import type { SourceFile } from '../text/source-file.ts';
import type { FlowEntry, TableEntry, Workspace } from '../workspace.ts';

/**
 * The files that a flow's plan is made of, sorted by path: flow and mapping, connections, both connectors, entity
 * schemas, lookup tables, settings. Another process parses them and compiles the same plan. They hold no secrets:
 * references such as `${NAME}` stand in them as they are written.
 */
export function planDocuments(workspace: Workspace, flowName: string): readonly SourceFile[] {
  const entry = workspace.flows.get(flowName);
  if (entry === undefined) throw new Fault('TL_WORKSPACE_INVALID', `there is no flow "${flowName}"`);
  const flow = entry.document.value as FlowFile;
  const mapFile = typeof flow.map === 'string' ? mapFilePath(entry.file, flow.map) : undefined;
  const paths = new Set<string | undefined>([
    entry.file,
    mapFile,
    connectionsPath,
    settingsPath,
    ...[flow.source, flow.target].map((end) => connectorFile(workspace, end?.connection)),
    ...[flow.source, flow.target].flatMap((end) => entityFiles(workspace, end?.as)),
    ...tablesOf(workspace, entry).map(({ file }) => file),
  ]);
  return [...paths]
    .flatMap((path) => (path === undefined ? [] : (workspace.files.get(path) ?? [])))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** SHA-256, hexadecimal, over paths and texts in the order of the paths. */
export function hashDocuments(documents: readonly SourceFile[]): string {
  const hash = createHash('sha256');
  for (const { path, text } of [...documents].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(`${JSON.stringify([path, text])}\n`);
  }
  return hash.digest('hex');
}

function connectorFile(workspace: Workspace, connection: string | undefined): string | undefined {
  const connector = workspace.connections.get(connection ?? '')?.connector;
  return workspace.connectors.get(connector ?? '')?.file;
}

/** The entity's schema and those that it refers to. */
export function entityFiles(workspace: Workspace, name: string | undefined): readonly string[] {
  const entity = workspace.entities.get(name ?? '');
  if (entity === undefined) return [];
  const all = [...workspace.entities.values()];
  const schemas = new Set([
    entity.schema,
    ...referencedSchemas(
      entity.schema,
      all.map(({ schema }) => schema),
    ),
  ]);
  return all.filter(({ schema }) => schemas.has(schema)).map(({ file }) => file);
}

/** The lookup tables that a flow may read. */
export function tablesOf(workspace: Workspace, entry: FlowEntry): readonly TableEntry[] {
  const flow = entry.document.value as FlowFile;
  const mapFile = typeof flow.map === 'string' ? mapFilePath(entry.file, flow.map) : undefined;
  const texts = [workspace.files.get(mapFile ?? '')?.text ?? ''];
  eachText([flow.filter, flow.key, flow.set, flow.map, flow.guards?.maxChange?.of], (text) =>
    texts.push(text),
  );
  const used = texts.map(tablesUsedBy);
  const all = [...workspace.tables.values()];
  // Where a table's name is calculated, any may be meant.
  const isAny = used.some((names) => names === undefined);
  return all.filter(({ name }) => isAny || used.some((names) => names?.includes(name)));
}
