import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import type { Path } from '../../text/source-document.ts';
import { branchesOf, memberNode, type SchemaNode, textsAt, typesOf } from '../schema-node.ts';
import { type Complaint, wrongChoice } from './complaint.ts';
import { describeValue, fitsType, typeWords } from './words.ts';

export type Meant = { readonly branches: readonly SchemaNode[] } | { readonly complaint: Complaint };

/** Of `oneOf` and `anyOf`, the branches that the value was likely meant for, or why it cannot be any. */
export function meantBranches(node: SchemaNode, value: unknown, path: Path): Meant {
  const branches = branchesOf(node);
  if (branches.length === 0) return { branches };
  const possible = branches.filter((branch) => couldBe(branch, value));
  if (possible.length === 0) return { complaint: noBranch(node, branches, value, path) };
  const constants = possible.map(constantsOf);
  if (constants.every((each) => each !== undefined)) {
    const allowed = constants.flat();
    const fits = allowed.includes(String(value));
    // Where something else than a constant could stand as well, the title says so.
    const isSaid = typeof node.schema.title === 'string' && typeof value !== 'string';
    if (!fits && isSaid && possible.length < branches.length)
      return { complaint: noBranch(node, branches, value, path) };
    return fits ? { branches: [] } : { complaint: wrongChoice(node, value, path, allowed) };
  }
  return isJsonObject(value)
    ? meantObjects({ node, branches: possible }, value, path)
    : { branches: possible };
}

function meantObjects(
  { node, branches }: { readonly node: SchemaNode; readonly branches: readonly SchemaNode[] },
  value: JsonObject,
  path: Path,
): Meant {
  const tag = branches.length < 2 ? undefined : discriminatorOf(branches);
  const [first] = branches;
  if (tag === undefined || first === undefined) return { branches };
  const choices = [...new Set(branches.flatMap((branch) => tagsOf(branch, tag)))];
  if (!Object.hasOwn(value, tag)) {
    // Where the whole requires the key already, it has been reported.
    if (textsAt(node, 'required').includes(tag)) return { branches: [] };
    const message = `the key "${tag}" is missing; it says which of ${choices.join(', ')} this is`;
    return { complaint: { problem: 'missingKey', path, message } };
  }
  const meant = branches.filter((branch) => tagsOf(branch, tag).includes(String(value[tag])));
  if (meant.length > 0) return { branches: meant };
  return { complaint: wrongChoice(first, value[tag], [...path, tag], choices) };
}

function noBranch(node: SchemaNode, branches: readonly SchemaNode[], value: unknown, path: Path): Complaint {
  const { title } = node.schema;
  const types = [...new Set(branches.flatMap(typesOf))].map(typeWords).join(' or ');
  const expected = typeof title === 'string' ? title : types;
  return { problem: 'type', path, message: `expected ${expected}, got ${describeValue(value, node.schema)}` };
}

function couldBe(branch: SchemaNode, value: unknown): boolean {
  const types = typesOf(branch);
  return types.length === 0 || types.some((type) => fitsType(value, type));
}

/** The key whose value tells the branches apart, as `type` does for the kinds of authentication. */
function discriminatorOf(branches: readonly SchemaNode[]): string | undefined {
  const properties = branches[0]?.schema.properties;
  const names = Object.keys(isJsonObject(properties) ? properties : {});
  return names.find((name) => branches.every((branch) => tagsOf(branch, name).length > 0));
}

function tagsOf(branch: SchemaNode, name: string): readonly string[] {
  const member = memberNode(branch, name);
  return member ? (constantsOf(member) ?? []) : [];
}

function constantsOf(node: SchemaNode): readonly string[] | undefined {
  const { const: only, enum: choices } = node.schema;
  if (Array.isArray(choices)) return choices.map(String);
  return only === undefined ? undefined : [String(only)];
}
