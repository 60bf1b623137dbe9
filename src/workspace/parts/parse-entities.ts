import { Fault } from '../../contract/fault.ts';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { compileSchema } from '../../schema/compile-schema.ts';
import { createFinding, type Finding } from '../finding.ts';
import { entityOf } from '../paths.ts';
import { parseSource, type SourceDocument, type SourceFile } from '../text/source-document.ts';
import type { EntityEntry } from '../workspace.ts';
import { referencedSchemas } from './referenced-schemas.ts';

export interface ParsedEntities {
  readonly entities: readonly EntityEntry[];
  /** Entities whose file is there but cannot be used; flows that name them are not to blame. */
  readonly broken: ReadonlySet<string>;
  readonly findings: readonly Finding[];
}

/** The schemas that are not the workspace's own were checked with the package. */
export function parseEntities(files: Iterable<SourceFile>, own: ReadonlySet<SourceFile>): ParsedEntities {
  const documents = [...files].flatMap((file) => {
    const name = entityOf(file.path);
    return name === undefined ? [] : [{ name, document: parseSource(file), isOwn: own.has(file) }];
  });
  const schemas = documents.map(({ document }) => document.value).filter(isJsonObject);
  const entities: EntityEntry[] = [];
  const findings: Finding[] = [];
  for (const { name, document, isOwn } of documents) {
    const toCheck = isOwn && document.findings.length === 0;
    const problems = toCheck ? checkSchema(document, schemas) : document.findings;
    findings.push(...problems);
    if (problems.length > 0 || !isJsonObject(document.value)) continue;
    entities.push({ name, file: document.file, schema: document.value });
  }
  const good = new Set(entities.map(({ name }) => name));
  const broken = new Set(documents.map(({ name }) => name).filter((name) => !good.has(name)));
  return { entities, broken, findings };
}

function checkSchema(document: SourceDocument, schemas: readonly JsonObject[]): readonly Finding[] {
  const { value } = document;
  if (!isJsonObject(value)) {
    return [
      createFinding('TLW_SCHEMA_INVALID', document.valuePlace([]), 'expected a JSON Schema, an object'),
    ];
  }
  try {
    compileSchema(value, { name: document.file, refs: referencedSchemas(value, schemas) });
    return [];
  } catch (error) {
    const message = error instanceof Fault || error instanceof Error ? error.message : String(error);
    return [
      createFinding(
        'TLW_SCHEMA_INVALID',
        document.valuePlace([]),
        `this is no valid JSON Schema: ${message}`,
      ),
    ];
  }
}
