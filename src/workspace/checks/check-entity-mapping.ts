import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { surveyExpression } from '../../mapping/survey/survey.ts';
import type { Finding } from '../finding.ts';
import { eachText } from '../text/references.ts';
import type { Path, SourceDocument } from '../text/source-document.ts';
import { checkBuiltTree, type Output } from './expressions/check-built.ts';
import { checkUse, type Input } from './expressions/check-use.ts';
import { rootNode, type SchemaNode } from './schema-node.ts';

/** A resource of a manifest, or one that a connection declares. */
export interface MappedResource {
  readonly document: SourceDocument;
  /** Of the resource. */
  readonly path: Path;
  readonly resource: unknown;
  readonly entities: ReadonlyMap<string, SchemaNode>;
}

/** Does a resource's `entity` make what the entity is, and use of it what it has? */
export function checkEntityMapping({
  document,
  path,
  resource,
  entities,
}: MappedResource): readonly Finding[] {
  const entity = isJsonObject(resource) ? resource.entity : undefined;
  if (!isJsonObject(resource) || !isJsonObject(entity)) return [];
  const schema = entities.get(String(entity.name));
  if (schema === undefined) return [];
  const canonical = { name: `the entity "${entity.name}"`, schema };
  const native: Input = { name: 'the native record', schema: undefined };
  const payload = isJsonObject(resource.schema)
    ? { name: `what "${path.at(-1)}" takes`, schema: rootNode(resource.schema) }
    : undefined;
  const within = (direction: 'from' | 'to') => ({
    document,
    path: [...path, 'entity', direction],
    tree: entity[direction],
  });
  return [
    // What it leaves out, a flow may add.
    ...checkTree(within('from'), native, { ...canonical, isPart: true }),
    ...checkTree(within('to'), canonical, payload),
  ];
}

interface Tree {
  readonly document: SourceDocument;
  readonly path: Path;
  readonly tree: unknown;
}

function checkTree(built: Tree, input: Input, output: Output | undefined): readonly Finding[] {
  const { document, path, tree } = built;
  const texts = new Map<
    string,
    { text: string; placeAt: (offset: number) => ReturnType<SourceDocument['placeIn']> }
  >();
  const findings: Finding[] = [];
  eachText(tree, (text, inner) => {
    // What a reference stands for is known when the connection is opened, and not before.
    const survey = text.includes('${') ? undefined : surveyExpression(text);
    if (survey === undefined) return;
    const at = [...path, ...inner];
    const placeAt = (offset: number) => document.placeIn(at, offset);
    texts.set(at.join('\0'), { text, placeAt });
    findings.push(...checkUse(survey, input, placeAt));
  });
  if (output === undefined) return findings;
  const textAt = (at: Path) => texts.get(at.join('\0'));
  return [...findings, ...checkBuiltTree({ ...built, textAt }, output)];
}

/** The same for all resources of a manifest. */
export function checkEntityMappings(
  document: SourceDocument,
  manifest: JsonObject,
  entities: ReadonlyMap<string, SchemaNode>,
): readonly Finding[] {
  const resources = isJsonObject(manifest.resources) ? manifest.resources : {};
  return Object.entries(resources).flatMap(([name, resource]) =>
    checkEntityMapping({ document, path: ['resources', name], resource, entities }),
  );
}
