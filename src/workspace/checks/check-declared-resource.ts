import { compileResource } from '../../connect/compile-resource.ts';
import { isJsonObject } from '../../contract/json.ts';
import { checkDateFormat } from '../../mapping/library/check-date-format.ts';
import { compileSchema } from '../../schema/compile-schema.ts';
import { createFinding, type Finding, toFinding } from '../finding.ts';
import type { PartOptions } from '../load/parse-options.ts';
import type { Path, SourceDocument } from '../text/source-document.ts';
import type { ConnectorEntry } from '../workspace.ts';
import { checkEntityMapping } from './check-entity-mapping.ts';
import type { CheckedReferences } from './check-references.ts';
import { checkRequests } from './request/check-requests.ts';
import { rootNode, type SchemaNode } from './schema-node.ts';
import { checkShape } from './shape/check-shape.ts';

export interface DeclaredResource {
  readonly document: SourceDocument;
  /** The connector of the connection that declares the resource. */
  readonly entry: ConnectorEntry;
  /** All resources of the connection, references resolved. */
  readonly references: CheckedReferences;
  readonly options: PartOptions;
}

/** Checks a resource declared on a connection: its shape, then that it compiles as one of the connector's own would. */
export function checkDeclaredResource(at: Path, declared: DeclaredResource): readonly Finding[] {
  const { document, entry, references, options } = declared;
  const name = String(at.at(-1));
  const value = isJsonObject(references.value) ? references.value[name] : undefined;
  const schema = entry.connector?.resource;
  if (schema === undefined || !isJsonObject(value)) return [];
  const others = Object.values(options.builtin.shapes);
  const isOurs = entry.kind === 'manifest' || options.builtin.files.includes(entry.document);
  const { isUnknown: skip, written } = references;
  const shape = { name: `resource of connector ${entry.name}`, schema, others, isOurs };
  const findings = checkShape({ document, shape, value, at, skip, written });
  if (findings.length > 0) return findings;
  const ofCompiling = checkCompiles(at, value, declared);
  if (ofCompiling.length > 0) return ofCompiling;
  return [
    ...checkEntityMapping({ document, path: at, resource: value, entities: options.entities }),
    ...(entry.kind === 'code'
      ? []
      : checkRequests({ document, path: at, resource: value, config: configOf(entry) })),
  ];
}

/** A date's format, of a connector in code: one in a manifest is checked as it is compiled. */
function checkVersion(path: Path, resource: unknown, document: SourceDocument): readonly Finding[] {
  const version = isJsonObject(resource) ? resource.version : undefined;
  const format = isJsonObject(version) ? version.format : undefined;
  const problem = typeof format === 'string' ? checkDateFormat(format) : undefined;
  if (problem === undefined) return [];
  const place = document.placeIn([...path, 'format'], problem.offset);
  return [createFinding('TLW_RESOURCE_INVALID', place, `the date format ${problem.message}`, problem.hint)];
}

function configOf({ connector }: ConnectorEntry): SchemaNode | undefined {
  return connector && rootNode(connector.config);
}

function checkCompiles(
  path: Path,
  value: unknown,
  { document, entry }: DeclaredResource,
): readonly Finding[] {
  if (entry.kind === 'code') return checkVersion([...path, 'version'], value, document);
  try {
    if (isJsonObject(value) && isJsonObject(value.schema)) compileSchema(value.schema);
  } catch (error) {
    return [toFinding('TLW_RESOURCE_INVALID', error, document.keyPlace([...path, 'schema']))];
  }
  try {
    compileResource(value, { name: String(path.at(-1)), path, placeOf: document.placeOf });
    return [];
  } catch (error) {
    return [toFinding('TLW_RESOURCE_INVALID', error, document.keyPlace(path))];
  }
}
