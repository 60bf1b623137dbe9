import { checkIgnored } from '../checks/check-ignored.ts';
import { checkReferences } from '../checks/check-references.ts';
import { checkSecrets } from '../checks/check-secrets.ts';
import { checkTokens } from '../checks/check-tokens.ts';
import { checkUnusedConnections, checkUnusedTables } from '../checks/check-unused.ts';
import { checkLeaves } from '../checks/flow/check-leaves.ts';
import { rootNode, type SchemaNode } from '../checks/schema-node.ts';
import { checkShape } from '../checks/shape/check-shape.ts';
import { createFinding, type Finding, isError, sortFindings } from '../finding.ts';
import { parseConnections } from '../parts/parse-connections.ts';
import { parseConnectors } from '../parts/parse-connectors.ts';
import { parseEntities } from '../parts/parse-entities.ts';
import { parseFlows } from '../parts/parse-flows.ts';
import { parseTables } from '../parts/parse-tables.ts';
import { parseTests } from '../parts/parse-tests.ts';
import { type Settings, toSettings } from '../parts/settings.ts';
import { parseSource } from '../text/source-document.ts';
import type { SourceFile } from '../text/source-file.ts';
import type { ConnectionEntry, ConnectorEntry, EntityEntry, Workspace } from '../workspace.ts';
import type { ParseOptions } from './parse-options.ts';
import { connectionsPath, connectorOf, isFlowPath, settingsPath } from './paths.ts';

/**
 * Makes a workspace of its files, and finds everything that is wrong with them. Pure: the same files and options give
 * the same workspace. What a file of the package and one of the workspace share, the workspace decides.
 */
export function parseWorkspace(given: readonly SourceFile[], options: ParseOptions): Workspace {
  const own = new Set(given);
  const files = overlay(options.builtin.files, own);
  const parts = parseParts({ files, own }, options);
  const { flows, tests, connections, connectors, entities, tables, settings } = parts;
  const findings = findingsOfAll({ files, own }, parts, options);
  const tokens = [...own]
    .flatMap(checkTokens)
    .filter((token) => !findings.some((each) => isWithin(each, token)));
  return Object.freeze({
    dir: options.dir,
    env: options.env,
    files,
    findings: sortFindings([...findings, ...tokens]),
    flows: byName(flows.filter(({ name }) => name !== '')),
    tests: new Map(tests.map((test) => [test.file, test])),
    connections,
    connectors,
    entities: byName(entities),
    tables,
    settings: settings.settings,
  });
}

interface Files {
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Those of the workspace itself. */
  readonly own: ReadonlySet<SourceFile>;
}

function parseParts({ files, own }: Files, options: ParseOptions) {
  const readable = [...files.values()].filter((file) => file.badByte === undefined);
  const { entities, broken, findings: ofEntities } = parseEntities(readable, own);
  const withEntities = { ...options, entities: schemaNodes(entities) };
  const connectors = byName(parseConnectors(readable, own, withEntities));
  const tables = byName(parseTables(readable, options.builtin.shapes.table));
  const parsed = parseConnections(files.get(connectionsPath), connectors, withEntities);
  const connections = byName(parsed.connections);
  const entityNames = [...entities.map(({ name }) => name), ...broken];
  const names = {
    tables: [...tables.keys()],
    entities: entityNames,
    references: [...new Set([...entityNames, ...resourceNames(connections.values(), connectors)])],
  };
  const context = {
    connections,
    areConnectionsKnown: parsed.isKnown,
    connectors,
    names,
    entities: withEntities.entities,
    files,
    options,
  };
  const flows = parseFlows(readable, context);
  const areFlowsKnown = ![...files.values()].some(isUnreadFlow);
  const tests = parseTests(readable, { flows, areFlowsKnown, names, shape: options.builtin.shapes.test });
  const settings = parseSettings(files.get(settingsPath), options);
  const kept = { entities, ofEntities, connectors, tables, parsed, connections, context };
  return { ...kept, flows, areFlowsKnown, tests, settings };
}

function findingsOfAll(
  { files, own }: Files,
  parts: ReturnType<typeof parseParts>,
  options: ParseOptions,
): readonly Finding[] {
  const { connectors, connections, tables, flows, tests, parsed } = parts;
  return [
    ...[...files.values()].flatMap(checkEncoding),
    ...[usedOrOwn(connectors, connections, own), tables, connections].flatMap(findingsOf),
    ...[...flows, ...tests].flatMap((entry) => entry.findings),
    ...flows.flatMap((flow) => checkLeaves(flow, tests, parts.context)),
    ...parts.ofEntities,
    ...parsed.findings,
    ...parts.settings.findings,
    ...(parts.areFlowsKnown
      ? [
          ...checkUnusedConnections(parsed, flows),
          ...checkUnusedTables(tables.values(), flows, files),
          ...checkIgnored(options.strays ?? [], files),
        ]
      : []),
  ];
}

/** A connector folder of the workspace replaces the built-in one as a whole. */
function overlay(
  builtin: readonly SourceFile[],
  own: ReadonlySet<SourceFile>,
): ReadonlyMap<string, SourceFile> {
  const replaced = new Set([...own].map(({ path }) => connectorOf(path)));
  const kept = builtin.filter(({ path }) => {
    const connector = connectorOf(path);
    return connector === undefined || !replaced.has(connector);
  });
  return new Map([...kept, ...own].map((file) => [file.path, file]));
}

// Of two with one name the first counts; the second has a finding.
function byName<Entry extends { readonly name: string }>(
  entries: readonly Entry[],
): ReadonlyMap<string, Entry> {
  const map = new Map<string, Entry>();
  for (const entry of entries) if (!map.has(entry.name)) map.set(entry.name, entry);
  return map;
}

function resourceNames(
  connections: Iterable<ConnectionEntry>,
  connectors: ReadonlyMap<string, ConnectorEntry>,
): readonly string[] {
  return [...connections].flatMap(({ connector, resources }) => [
    ...Object.keys(connectors.get(connector)?.connector?.resources ?? {}),
    ...Object.keys(resources),
  ]);
}

/** The connectors to be judged: of those that the package brings, only what a connection uses. */
function usedOrOwn(
  connectors: ReadonlyMap<string, ConnectorEntry>,
  connections: ReadonlyMap<string, ConnectionEntry>,
  own: ReadonlySet<SourceFile>,
): ReadonlyMap<string, ConnectorEntry> {
  const used = new Set([...connections.values()].map(({ connector }) => connector));
  return new Map([...connectors].filter(([name, { document }]) => used.has(name) || own.has(document)));
}

function schemaNodes(entities: readonly EntityEntry[]): ReadonlyMap<string, SchemaNode> {
  const all = entities.map(({ schema }) => schema);
  return new Map(entities.map(({ name, schema }) => [name, rootNode(schema, all)]));
}

function findingsOf(
  entries: ReadonlyMap<string, { readonly findings: readonly Finding[] }>,
): readonly Finding[] {
  return [...entries.values()].flatMap((entry) => entry.findings);
}

function checkEncoding(file: SourceFile): readonly Finding[] {
  if (file.badByte === undefined) return [];
  const message = 'the file is not UTF-8: a byte here belongs to no character';
  const place = { file: file.path, ...file.badByte };
  return [
    createFinding('TLW_FILE_ENCODING', place, message, 'save it as UTF-8; was it Windows-1252 or Latin-1?'),
  ];
}

function parseSettings(
  file: SourceFile | undefined,
  options: ParseOptions,
): { settings: Settings; findings: readonly Finding[] } {
  if (file === undefined || file.badByte !== undefined)
    return { settings: toSettings(undefined), findings: [] };
  const document = parseSource(file);
  // A file whose lines are all comments stands for the defaults.
  const findings = document.findings.filter(({ code }) => code !== 'TLW_FILE_EMPTY');
  if (!document.isReliable) return { settings: toSettings(undefined), findings };
  const schema = options.builtin.shapes.settings;
  const references = checkReferences(
    { document, path: [], node: rootNode(schema), late: 'secrets' },
    document.value,
    options,
  );
  const { isUnknown: skip, written, value } = references;
  const shape = { name: 'settings', schema, others: [], isOurs: true };
  const ofShape = checkShape({ document, shape, value, at: [], skip, written });
  const secrets = checkSecrets(document, [], rootNode(schema), document.value);
  const all = [...findings, ...references.findings, ...ofShape, ...secrets];
  // Of what lets Tradelane in somewhere, only what it stands behind.
  const settings = all.some(isError) ? toSettings(undefined) : toSettings(value, document.value);
  return { settings, findings: all };
}

// The schema of a connector's configuration has told the same.
function isWithin(a: Finding, b: Finding): boolean {
  return a.code === b.code && a.file === b.file && a.line === b.line && a.column <= b.column;
}

function isUnreadFlow(file: SourceFile): boolean {
  return file.badByte !== undefined && isFlowPath(file.path);
}
