import { isJsonObject } from '../../contract/json.ts';
import { checkEntitySchema } from '../checks/check-entity-schema.ts';
import type { Finding } from '../finding.ts';
import { entityOf } from '../load/paths.ts';
import { parseSource } from '../text/source-document.ts';
import type { SourceFile } from '../text/source-file.ts';
import type { EntityEntry } from '../workspace.ts';

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
    const problems = toCheck ? checkEntitySchema(document, schemas) : document.findings;
    findings.push(...problems);
    if (problems.length > 0 || !isJsonObject(document.value)) continue;
    entities.push({ name, file: document.file, schema: document.value });
  }
  const good = new Set(entities.map(({ name }) => name));
  const broken = new Set(documents.map(({ name }) => name).filter((name) => !good.has(name)));
  return { entities, broken, findings };
}
