import { isJsonObject } from '../../contract/json.ts';
import { createFinding, type Finding } from '../finding.ts';
import type { Path, SourceDocument } from '../text/source-document.ts';
import { branchesOf, childNode, listAt, memberNode, type SchemaNode } from './schema-node.ts';

/** A warning for each credential that stands in the file itself instead of coming from the environment. */
export function checkSecrets(
  document: SourceDocument,
  at: Path,
  node: SchemaNode,
  value: unknown,
): readonly Finding[] {
  return clearSecrets(node, value, []).map((path) =>
    createFinding(
      'TLW_SECRET_IN_TEXT',
      document.valuePlace([...at, ...path]),
      `the credential "${path.findLast((part) => typeof part === 'string')}" stands here in clear text`,
      `take it from the environment: "\${${variableName(path)}}"`,
    ),
  );
}

function clearSecrets(node: SchemaNode, value: unknown, path: Path): readonly Path[] {
  if (typeof value === 'string') return isSecret(node) && value !== '' && !value.includes('${') ? [path] : [];
  const found = Array.isArray(value)
    ? value.flatMap((item, index) => inside(childNode(node, node.schema.items), item, [...path, index]))
    : isJsonObject(value)
      ? Object.entries(value).flatMap(([name, member]) =>
          inside(memberNode(node, name), member, [...path, name]),
        )
      : [];
  const inBranches = partsOf(node).flatMap((part) => clearSecrets(part, value, path));
  return [...new Map([...found, ...inBranches].map((each) => [each.join('\0'), each])).values()];
}

function inside(node: SchemaNode | false | undefined, value: unknown, path: Path): readonly Path[] {
  return node ? clearSecrets(node, value, path) : [];
}

function isSecret(node: SchemaNode): boolean {
  return node.schema.writeOnly === true || partsOf(node).some(isSecret);
}

function partsOf(node: SchemaNode): readonly SchemaNode[] {
  return [...branchesOf(node), ...listAt(node, 'allOf')];
}

function variableName(path: Path): string {
  const connection = path
    .filter((segment) => typeof segment === 'string')
    .slice(-1)
    .join('_');
  return connection
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();
}
