import type { Connector } from '../../contract/connector.ts';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { parseDuration } from '../../contract/quantity.ts';
import { answersOf, checkAnswers } from '../checks/check-answers.ts';
import { checkClearTransport } from '../checks/check-clear-transport.ts';
import { checkDeclaredResource } from '../checks/check-declared-resource.ts';
import { checkNetwork, networkOf } from '../checks/check-network.ts';
import { checkBrokenReferences, checkReferences } from '../checks/check-references.ts';
import { checkRefused } from '../checks/check-refused.ts';
import { checkSecrets } from '../checks/check-secrets.ts';
import { checkZone } from '../checks/check-zone.ts';
import { hintBeside } from '../checks/hint-beside.ts';
import { rootNode, textsAt } from '../checks/schema-node.ts';
import { checkShape } from '../checks/shape/check-shape.ts';
import { resolveValue } from '../compile/resolve-value.ts';
import { createFinding, type Finding } from '../finding.ts';
import type { PartOptions } from '../load/parse-options.ts';
import { brokenReference, environmentOnly } from '../text/references.ts';
import { type Path, parseSource, type SourceDocument } from '../text/source-document.ts';
import type { SourceFile } from '../text/source-file.ts';
import { hintFor, listOf } from '../text/suggest.ts';
import type { ConnectionEntry, ConnectorEntry } from '../workspace.ts';

export interface ParsedConnections {
  readonly connections: readonly ConnectionEntry[];
  readonly document: SourceDocument | undefined;
  /** False where the file is too broken to say which connections there are. */
  readonly isKnown: boolean;
  readonly findings: readonly Finding[];
}

interface Context {
  readonly document: SourceDocument;
  readonly connectors: ReadonlyMap<string, ConnectorEntry>;
  readonly options: PartOptions;
}

interface ConnectionContext extends Context {
  /** Findings about the shape of this connection. */
  readonly ofShape: readonly Finding[];
}

/** config/connections.yaml. A connection with mistakes is kept with its findings: its neighbours are not to blame. */
export function parseConnections(
  file: SourceFile | undefined,
  connectors: ReadonlyMap<string, ConnectorEntry>,
  options: PartOptions,
): ParsedConnections {
  if (file === undefined || file.badByte !== undefined) {
    return { connections: [], document: undefined, isKnown: file === undefined, findings: [] };
  }
  const document = parseSource(file);
  const isEmpty = document.findings.some(({ code }) => code === 'TLW_FILE_EMPTY');
  if (!document.isReliable)
    return { connections: [], document, isKnown: isEmpty, findings: document.findings };
  const { value } = document;
  const shape = { name: 'connections', schema: options.builtin.shapes.connections, others: [], isOurs: true };
  const ofShape = checkShape({ document, shape, value, at: [] });
  const declared = isJsonObject(value) && isJsonObject(value.connections) ? value.connections : undefined;
  const context = { document, connectors, options };
  const connections = Object.entries(declared ?? {}).map(([name, each]) => {
    const here = ofShape.filter((finding) => standsIn(finding, document, name, declared ?? {}));
    return parseConnection(name, isJsonObject(each) ? each : {}, { ...context, ofShape: here });
  });
  const claimed = new Set(connections.flatMap((connection) => connection.findings));
  const findings = [...document.findings, ...ofShape.filter((finding) => !claimed.has(finding))];
  return {
    connections,
    document,
    isKnown: declared !== undefined && document.findings.length === 0,
    findings,
  };
}

function parseConnection(name: string, value: JsonObject, context: ConnectionContext): ConnectionEntry {
  const { document, connectors, ofShape } = context;
  const connector = typeof value.connector === 'string' ? value.connector : '';
  const entry = connectors.get(connector);
  const findings = [...ofShape, ...checkZone(document, ['connections', name, 'timezone'], value.timezone)];
  if (entry === undefined && connector !== '') {
    const place = document.valuePlace(['connections', name, 'connector']);
    const hint = hintFor(connector, [...connectors.keys()]);
    findings.push(
      createFinding('TLW_UNKNOWN_CONNECTOR', place, `there is no connector "${connector}"`, hint),
    );
  }
  findings.push(...checkBrokenReferences(document, ['connections', name, 'config'], value.config ?? {}));
  if (entry?.connector !== undefined) {
    findings.push(
      ...checkConfig(name, value, entry, context),
      ...checkAnswers(name, value, entry, context),
      ...checkNetwork(name, value, context),
      ...checkResources(name, value, entry, context),
    );
    // What does not fit the schemas has been reported; the rest of it may follow from that.
    if (findings.length === 0) findings.push(...checkUse(name, value, entry.connector, context));
  }
  findings.push(...checkSettle(name, value, context));
  return {
    name,
    connector,
    config: isJsonObject(value.config) ? value.config : {},
    resources: toResources(value.resources),
    limits: isJsonObject(value.limits) ? value.limits : {},
    ...(typeof value.settle === 'string' && { settle: value.settle }),
    ...(typeof value.timezone === 'string' && { timezone: value.timezone }),
    answers: answersOf(value),
    network: networkOf(value),
    findings,
  };
}

/** A duration that the environment gives is one, too. */
function checkSettle(
  name: string,
  { settle }: JsonObject,
  { document, options }: ConnectionContext,
): readonly Finding[] {
  if (typeof settle !== 'string' || !settle.includes('${')) return [];
  const path: Path = ['connections', name, 'settle'];
  const { value, findings, isUnknown } = checkReferences({ document, path }, settle, options);
  const isNone = !isUnknown(path) && parseDuration(String(value)) === undefined;
  const message = 'expected a duration such as 500ms, 30s, 10m, 2h or 1d';
  return isNone
    ? [...findings, createFinding('TLW_VALUE_FORMAT', document.valuePlace(path), message)]
    : findings;
}

function checkConfig(
  name: string,
  value: JsonObject,
  entry: ConnectorEntry,
  { document, options, ofShape }: ConnectionContext,
): readonly Finding[] {
  const { config } = value;
  const schema = entry.connector?.config;
  if (schema === undefined) return [];
  const node = rootNode(schema);
  if (config === undefined)
    return checkNoConfig(name, entry, { document, ofShape, wanted: textsAt(node, 'required') });
  if (!isJsonObject(config)) return [];
  const at: Path = ['connections', name, 'config'];
  const references = checkReferences({ document, path: at, node }, config, options);
  const isBroken = (path: Path) => {
    const written = path.slice(at.length).reduce<unknown>((each, key) => memberOf(each, key), config);
    return typeof written === 'string' && brokenReference(written) !== undefined;
  };
  return [
    ...references.findings,
    ...hintBeside(
      checkShape({
        document,
        shape: {
          ...{ name: `config of connector ${entry.name}`, schema, others: [] },
          isOurs: options.builtin.files.includes(entry.document),
        },
        value: references.value,
        at,
        skip: (path) => references.isUnknown(path) || isBroken(path),
        written: references.written,
      }),
      { document, at, shape: options.builtin.shapes.connections },
    ),
    ...checkSecrets(document, at, node, config),
    ...(isJsonObject(references.value)
      ? checkClearTransport(document, at, { config: references.value, node, resources: value.resources })
      : []),
  ];
}

function checkUse(
  name: string,
  value: JsonObject,
  connector: Connector,
  { document, options }: Context,
): readonly Finding[] {
  const source = environmentOnly(options.env);
  const resolved = (part: unknown) => {
    const { value } = resolveValue(part, undefined, source);
    return isJsonObject(value) ? value : {};
  };
  const { config, resources } = value;
  const network = networkOf(value);
  const settings = {
    ...{ name, connector, network },
    ...{ config: resolved(config), resources: resolved(resources) },
  };
  return checkRefused(document, ['connections', name], settings);
}

function memberOf(value: unknown, key: string | number): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  return isJsonObject(value) ? value[key] : undefined;
}

/** A connection without `config`: one finding, none where the key is only misspelled. */
function checkNoConfig(
  name: string,
  entry: ConnectorEntry,
  {
    document,
    ofShape,
    wanted,
  }: { document: SourceDocument; ofShape: readonly Finding[]; wanted: readonly string[] },
): readonly Finding[] {
  const isMisspelled = ofShape.some(
    ({ code, hint }) => code === 'TLW_KEY_UNKNOWN' && hint?.includes('"config"'),
  );
  if (wanted.length === 0 || isMisspelled) return [];
  const message = `the key "config" is missing: the connector "${entry.name}" needs ${listOf(wanted)}`;
  return [createFinding('TLW_KEY_MISSING', document.keyPlace(['connections', name]), message)];
}

function checkResources(
  name: string,
  value: JsonObject,
  entry: ConnectorEntry,
  { document, options }: Context,
): readonly Finding[] {
  const { resources } = value;
  const at: Path = ['connections', name, 'resources'];
  if (!isJsonObject(resources) || entry.connector === undefined) return [];
  if (entry.connector.resource === undefined) {
    const message = `the connector "${entry.name}" has its own resources; none can be declared here`;
    return [createFinding('TLW_RESOURCES_NOT_ALLOWED', document.keyPlace(at), message)];
  }
  const references = checkReferences({ document, path: at }, resources, options);
  const ofResources = Object.keys(resources).flatMap((resource) =>
    checkDeclaredResource([...at, resource], { document, entry, references, options }),
  );
  return [...references.findings, ...ofResources];
}

function toResources(value: unknown): Readonly<Record<string, JsonObject>> {
  const entries = Object.entries(isJsonObject(value) ? value : {});
  return Object.fromEntries(entries.filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1])));
}

/** Does a finding stand between the key of this connection and that of the next? */
function standsIn(finding: Finding, document: SourceDocument, name: string, all: JsonObject): boolean {
  const lineOf = (each: string) => document.keyPlace(['connections', each]);
  const start = lineOf(name);
  const isAtOrAfter = (a: { line: number; column: number }, b: { line: number; column: number }) =>
    a.line > b.line || (a.line === b.line && a.column >= b.column);
  if (!isAtOrAfter(finding, start)) return false;
  return !Object.keys(all).some((other) => {
    const place = lineOf(other);
    return other !== name && isAtOrAfter(place, start) && isAtOrAfter(finding, place);
  });
}
