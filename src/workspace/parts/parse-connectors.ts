import { sealConnector } from '../../connect/code/seal-connector.ts';
import { watchCalls } from '../../connect/code/watch-calls.ts';
import { compileManifest } from '../../connect/compile-manifest.ts';
import { compileResource } from '../../connect/compile-resource.ts';
import type { Connector } from '../../contract/connector.ts';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { compileSchema } from '../../schema/compile-schema.ts';
import { checkEntityMappings } from '../checks/check-entity-mapping.ts';
import { checkRequests, checkSessionTexts } from '../checks/request/check-requests.ts';
import { rootNode } from '../checks/schema-node.ts';
import { checkShape } from '../checks/shape/check-shape.ts';
import { createFinding, type FilePlace, type Finding, type FindingCode, toFinding } from '../finding.ts';
import type { PartOptions } from '../load/parse-options.ts';
import { connectorOf } from '../load/paths.ts';
import { parseSource, type SourceDocument } from '../text/source-document.ts';
import type { SourceFile } from '../text/source-file.ts';
import type { ConnectorEntry } from '../workspace.ts';

/**
 * Every connector of the workspace and the package. Code stands in place of a manifest in the same folder. What is not
 * the workspace's own was checked with the package: it is parsed when somebody asks for it, since few use all of it.
 */
export function parseConnectors(
  files: Iterable<SourceFile>,
  own: ReadonlySet<SourceFile>,
  options: PartOptions,
): readonly ConnectorEntry[] {
  const byName = new Map<string, SourceFile>();
  for (const file of files) {
    const name = connectorOf(file.path);
    if (name === undefined) continue;
    if (kindOf(file) === 'code' || !byName.has(name)) byName.set(name, file);
  }
  return [...byName].map(([name, file]) =>
    own.has(file) ? parseConnector(name, file, options) : parseLater(name, file, options),
  );
}

function parseConnector(name: string, file: SourceFile, options: PartOptions): ConnectorEntry {
  return kindOf(file) === 'code' ? takeCode(name, file, options) : parseManifest(name, file, options);
}

function kindOf({ path }: SourceFile): ConnectorEntry['kind'] {
  return path.endsWith('.yaml') ? 'manifest' : 'code';
}

function parseLater(name: string, file: SourceFile, options: PartOptions): ConnectorEntry {
  let parsed: ConnectorEntry | undefined;
  const parse = () => {
    parsed ??= kindOf(file) === 'code' ? takeCode(name, file, options) : takeManifest(name, file, options);
    return parsed;
  };
  return {
    name,
    file: file.path,
    kind: kindOf(file),
    document: file,
    get connector() {
      return parse().connector;
    },
    get findings() {
      return parse().findings;
    },
  };
}

function takeCode(name: string, file: SourceFile, options: PartOptions): ConnectorEntry {
  const code = options.code.get(name) ?? options.builtin.code.get(name);
  const problem =
    code === undefined ? 'its code has not been loaded' : 'problem' in code ? code.problem : undefined;
  const entry = { name, file: file.path, kind: 'code', document: file } as const;
  const place = { file: file.path, line: 1, column: 1 };
  if (code !== undefined && 'connector' in code) {
    // What comes with the package is known to keep to the contract.
    const kept = options.code.has(name) ? sealConnector(code.connector) : code.connector;
    const connector = watchCalls(kept);
    const findings = [connector.config, connector.resource].flatMap((schema) =>
      schema === undefined ? [] : checkSchema(schema, 'TLW_CONNECTOR_CODE', place),
    );
    return { ...entry, connector: findings.length > 0 ? undefined : connector, findings };
  }
  const message = `the connector "${name}" cannot be used: ${problem}`;
  return { ...entry, connector: undefined, findings: [createFinding('TLW_CONNECTOR_CODE', place, message)] };
}

/**
 * A manifest of the package: a test has found nothing wrong with it, and to look again takes a tenth of a start. One that
 * cannot be used all the same is judged as any other.
 */
function takeManifest(name: string, file: SourceFile, options: PartOptions): ConnectorEntry {
  try {
    const { value, placeOf } = parseSource(file);
    const connector = compileManifest(value, { placeOf });
    return { name, file: file.path, kind: 'manifest', document: file, connector, findings: [] };
  } catch {
    return parseManifest(name, file, { ...options, entities: new Map() });
  }
}

function parseManifest(name: string, file: SourceFile, options: PartOptions): ConnectorEntry {
  const document = parseSource(file);
  const findings = [...document.findings];
  let connector: Connector | undefined;
  if (document.isReliable) {
    const shape = { name: 'connector', schema: options.builtin.shapes.connector, others: [], isOurs: true };
    findings.push(
      ...checkShape({ document, shape, value: document.value, at: [] }),
      ...checkName(name, document),
    );
  }
  if (findings.length === 0) findings.push(...checkSchemas(document));
  if (findings.length === 0) {
    try {
      connector = compileManifest(document.value, { placeOf: document.placeOf });
      findings.push(
        ...checkEntityMappings(document, document.value as JsonObject, options.entities),
        ...checkManifestRequests(document, document.value as JsonObject),
      );
    } catch (error) {
      findings.push(...findingsOf(document, error));
    }
  }
  return { name, file: file.path, kind: 'manifest', document: file, connector, findings };
}

function checkManifestRequests(document: SourceDocument, manifest: JsonObject): readonly Finding[] {
  const config = rootNode(isJsonObject(manifest.config) ? manifest.config : {});
  const resources = Object.entries(isJsonObject(manifest.resources) ? manifest.resources : {});
  return [
    ...checkSessionTexts(document, manifest, config),
    ...resources.flatMap(([name, resource]) =>
      isJsonObject(resource) ? checkRequests({ document, path: ['resources', name], resource, config }) : [],
    ),
  ];
}

/** The JSON Schemas inside of a manifest: of the configuration, and of payloads. */
function checkSchemas(document: SourceDocument): readonly Finding[] {
  const { config, resources } = document.value as JsonObject;
  const paths = [
    ['config'],
    ...Object.keys(isJsonObject(resources) ? resources : {}).map((name) => ['resources', name, 'schema']),
  ];
  const schemaAt = (path: readonly string[]): unknown =>
    path.reduce<unknown>((value, name) => (isJsonObject(value) ? value[name] : undefined), {
      config,
      resources,
    });
  return paths.flatMap((path) => {
    const schema = schemaAt(path);
    return isJsonObject(schema) ? checkSchema(schema, 'TLW_CONNECTOR_INVALID', document.keyPlace(path)) : [];
  });
}

function checkSchema(schema: JsonObject, code: FindingCode, place: FilePlace): readonly Finding[] {
  try {
    compileSchema(schema);
    return [];
  } catch (error) {
    return [toFinding(code, error, place)];
  }
}

// The compiler stops at the first mistake; taken one by one, each resource shows its own.
function findingsOf(document: SourceDocument, first: unknown): readonly Finding[] {
  const { placeOf } = document;
  const resources = isJsonObject(document.value) ? document.value.resources : undefined;
  const findings = Object.entries(isJsonObject(resources) ? resources : {}).flatMap(([name, value]) => {
    const place = document.keyPlace(['resources', name]);
    return attempt(() => compileResource(value, { name, placeOf }), place);
  });
  const rest = attempt(
    () => compileManifest({ ...(document.value as JsonObject), resources: {} }, { placeOf }),
    document.keyPlace([]),
  );
  const all = [...findings, ...rest];
  return all.length > 0 ? all : [toFinding('TLW_CONNECTOR_INVALID', first, document.keyPlace([]))];
}

function attempt(compile: () => unknown, place: FilePlace): readonly Finding[] {
  try {
    compile();
    return [];
  } catch (error) {
    return [toFinding('TLW_CONNECTOR_INVALID', error, place)];
  }
}

function checkName(folder: string, document: SourceDocument): readonly Finding[] {
  const name = isJsonObject(document.value) ? document.value.connector : undefined;
  if (typeof name !== 'string' || name === folder) return [];
  const message = `the connector calls itself "${name}", its folder "${folder}"`;
  return [
    createFinding('TLW_CONNECTOR_NAME', document.valuePlace(['connector']), message, 'give both one name'),
  ];
}
