import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { compileSchema, type Problem, schemaProblems } from '../../schema/compile-schema.ts';
import { createFinding, type FilePlace, type Finding, formatFinding } from '../finding.ts';
import { referencedSchemas } from '../parts/referenced-schemas.ts';
import type { Path, SourceDocument } from '../text/source-document.ts';
import { listOf, suggest } from '../text/suggest.ts';

/** Is an entity's file a JSON Schema that can be used? `schemas`: those of all entities, as one may refer to others. */
export function checkEntitySchema(
  document: SourceDocument,
  schemas: readonly JsonObject[],
): readonly Finding[] {
  const { value } = document;
  if (!isJsonObject(value)) return [invalid(document.valuePlace([]), 'expected a JSON Schema, an object')];
  const problems = schemaProblems(value);
  if (problems.length > 0) {
    const findings = problems.map((problem) =>
      invalid(document.valuePlace(problem.segments), inWords(problem)),
    );
    // The meta-schema has its parts say the same each for itself.
    return [...new Map(findings.map((finding) => [formatFinding(finding), finding])).values()];
  }
  try {
    compileSchema(value, { refs: referencedSchemas(value, schemas) });
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [explainRefusal(document, value, why.replace(/^schema: /, ''))];
  }
}

function invalid(place: FilePlace, message: string, hint?: string): Finding {
  return createFinding('TLW_SCHEMA_INVALID', place, message, hint);
}

/** What the compiler refuses in a schema that fits the meta-schema: it says a word, and seldom where. */
function explainRefusal(document: SourceDocument, value: JsonObject, why: string): Finding {
  const keyword = /unknown keyword: "(.+)"$/.exec(why)?.[1];
  if (keyword !== undefined) {
    const near = suggest(keyword, keywords);
    const hint = near === undefined ? 'keywords of your own begin with x-' : `did you mean "${near}"?`;
    const place = document.keyPlace(pathOf(value, (name) => name === keyword) ?? []);
    return invalid(place, `unknown keyword "${keyword}"`, hint);
  }
  const format = /unknown format "(.+)" ignored/.exec(why)?.[1];
  if (format !== undefined) {
    const at = pathOf(value, (name, child) => name === 'format' && child === format);
    return invalid(document.valuePlace(at ?? []), `unknown format "${format}"`);
  }
  const reference = /can't resolve reference (\S+)/.exec(why)?.[1];
  if (reference !== undefined) {
    const at = pathOf(value, (name, child) => name === '$ref' && child === reference);
    return invalid(document.valuePlace(at ?? []), `\`$ref\` leads nowhere: "${reference}"`);
  }
  return invalid(document.valuePlace([]), `this is no valid JSON Schema: ${why}`);
}

function inWords({ path, segments, keyword, message }: Problem): string {
  if (segments.at(-1) === 'type' && keyword === 'anyOf')
    return `\`${path}\` must be ${listOf(types, 'or')}, or a list of these`;
  return path === '' ? `the schema ${message}` : `\`${path}\` ${message}`;
}

const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

/** Where such a key stands first, in the order of the file. */
function pathOf(node: unknown, isMeant: (name: string, child: unknown) => boolean): Path | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  for (const [name, child] of Object.entries(node)) {
    if (isMeant(name, child)) return [name];
    const below = pathOf(child, isMeant);
    if (below !== undefined) return [name, ...below];
  }
  return undefined;
}

/** Those that schemas of entities use: JSON Schema 2020-12, validation and annotations. */
const keywords: readonly string[] = [
  ...['type', 'enum', 'const', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly'],
  ...['writeOnly', 'properties', 'required', 'additionalProperties', 'patternProperties', 'propertyNames'],
  ...['minProperties', 'maxProperties', 'dependentRequired', 'dependentSchemas', 'unevaluatedProperties'],
  ...['items', 'prefixItems', 'contains', 'minItems', 'maxItems', 'uniqueItems', 'minLength', 'maxLength'],
  ...['pattern', 'format', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', '$ref', '$defs', '$id', '$schema', '$comment'],
];
