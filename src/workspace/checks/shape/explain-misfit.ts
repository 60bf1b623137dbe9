import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { compilePattern } from '../../../regexp/pattern.ts';
import type { Path } from '../../text/source-document.ts';
import { hintFor, suggest } from '../../text/suggest.ts';
import { childNode, listAt, memberNode, type SchemaNode, textsAt, typesOf } from '../schema-node.ts';
import { type Complaint, wrongChoice } from './complaint.ts';
import { meantBranches } from './meant-branches.ts';
import { describeValue, fitsType, typeWords } from './words.ts';

/**
 * Says in plain words why a value does not fit a schema: one complaint for one cause. Whether it fits is decided by
 * the compiled schema (ajv), whose errors name every branch that did not match; here the branch that was meant is
 * picked. Keywords not known here are left to the compiled schema's own message.
 */
export function explainMisfit(node: SchemaNode, value: unknown, path: Path = []): readonly Complaint[] {
  const types = typesOf(node);
  if (types.length > 0 && !types.some((type) => fitsType(value, type))) return [wrongType(node, value, path)];
  const choice = explainChoice(node, value, path);
  if (choice !== undefined) return [choice];
  return [
    ...(typeof value === 'string' ? explainText(node, value, path) : []),
    ...(typeof value === 'number' ? explainNumber(node, value, path) : []),
    ...(Array.isArray(value) ? explainList(node, value, path) : []),
    ...(isJsonObject(value) ? explainMembers(node, value, path) : []),
    ...listAt(node, 'allOf').flatMap((part) => explainMisfit(part, value, path)),
    ...explainCondition(node, value, path),
    ...explainUnion(node, value, path),
  ];
}

/** Keywords that {@link explainMisfit} speaks for. */
export const explainedKeywords: ReadonlySet<string> = new Set([
  ...['type', 'enum', 'const', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum'],
  ...['exclusiveMaximum', 'minItems', 'maxItems', 'minProperties', 'required', 'additionalProperties'],
  ...['oneOf', 'anyOf', 'allOf', '$ref', 'propertyNames', 'if'],
]);

function explainCondition(node: SchemaNode, value: unknown, path: Path): readonly Complaint[] {
  const [condition, consequence] = [childNode(node, node.schema.if), childNode(node, node.schema.then)];
  if (condition === undefined || consequence === undefined) return [];
  return explainMisfit(condition, value).length === 0 ? explainMisfit(consequence, value, path) : [];
}

function explainUnion(node: SchemaNode, value: unknown, path: Path): readonly Complaint[] {
  const meant = meantBranches(node, value, path);
  if ('complaint' in meant) return [meant.complaint];
  const all = meant.branches.map((branch) => explainMisfit(branch, value, path));
  return all.reduce((best, next) => (next.length < best.length ? next : best), all[0] ?? []);
}

function wrongType(node: SchemaNode, value: unknown, path: Path): Complaint {
  const types = typesOf(node);
  const { title } = node.schema;
  // The title of an object names the whole ("flow"); that of a text says what it looks like.
  const isSaid = typeof title === 'string' && !types.includes('object');
  const expected = isSaid ? title : types.map(typeWords).join(' or ');
  return {
    problem: 'type',
    path,
    message: `expected ${expected}, got ${describeValue(value, node.schema)}`,
    hint: quotesHint(node, value),
  };
}

function quotesHint(node: SchemaNode, value: unknown): string | undefined {
  const types = typesOf(node);
  const wantsText = types.includes('string');
  if (wantsText && (typeof value === 'number' || typeof value === 'boolean')) {
    const asText = String(value);
    const fits = explainText(node, asText, []).length === 0 && explainChoice(node, asText, []) === undefined;
    return fits ? 'put it into quotes' : undefined;
  }
  if (
    wantsText &&
    isJsonObject(value) &&
    Object.keys(value).some((key) => key.includes('{') || value[key] === null)
  ) {
    return 'text that begins with { must stand in quotes';
  }
  const isNumberInQuotes = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
  if (isNumberInQuotes && types.some((type) => type === 'number' || type === 'integer'))
    return 'remove the quotes';
  return undefined;
}

function explainChoice(node: SchemaNode, value: unknown, path: Path): Complaint | undefined {
  const { enum: choices, const: only } = node.schema;
  const allowed = Array.isArray(choices) ? choices : only === undefined ? undefined : [only];
  if (allowed === undefined || allowed.includes(value)) return undefined;
  return wrongChoice(node, value, path, allowed.map(String));
}

function explainText(node: SchemaNode, value: string, path: Path): readonly Complaint[] {
  const { pattern, minLength, maxLength, title } = node.schema;
  const got = describeValue(value, node.schema);
  if (typeof pattern === 'string' && !compilePattern(pattern, 'u').test(value)) {
    const expected = typeof title === 'string' ? title : `text of the form ${pattern}`;
    return [{ problem: 'format', path, message: `expected ${expected}, got ${got}` }];
  }
  if (typeof minLength === 'number' && value.length < minLength) {
    const expected = minLength === 1 ? 'text that is not empty' : `at least ${counted(minLength)}`;
    return [{ problem: 'format', path, message: `expected ${expected}, got ${got}` }];
  }
  if (typeof maxLength === 'number' && value.length > maxLength) {
    return [
      { problem: 'format', path, message: `expected at most ${counted(maxLength)}, got ${value.length}` },
    ];
  }
  return [];
}

function explainNumber(node: SchemaNode, value: number, path: Path): readonly Complaint[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = node.schema;
  const bounds: [unknown, (limit: number) => boolean, string][] = [
    [minimum, (limit) => value >= limit, 'at least'],
    [maximum, (limit) => value <= limit, 'at most'],
    [exclusiveMinimum, (limit) => value > limit, 'more than'],
    [exclusiveMaximum, (limit) => value < limit, 'less than'],
  ];
  return bounds.flatMap(([limit, holds, words]): Complaint[] =>
    typeof limit !== 'number' || holds(limit)
      ? []
      : [
          {
            problem: 'range',
            path,
            message: `expected ${words} ${limit}, got ${describeValue(value, node.schema)}`,
          },
        ],
  );
}

function explainList(node: SchemaNode, value: readonly unknown[], path: Path): readonly Complaint[] {
  const { minItems, maxItems } = node.schema;
  const items = childNode(node, node.schema.items);
  if (typeof minItems === 'number' && value.length < minItems) {
    return [
      { problem: 'range', path, message: `expected at least ${minItems} in this list, got ${value.length}` },
    ];
  }
  if (typeof maxItems === 'number' && value.length > maxItems) {
    return [
      { problem: 'range', path, message: `expected at most ${maxItems} in this list, got ${value.length}` },
    ];
  }
  return items === undefined
    ? []
    : value.flatMap((item, index) => explainMisfit(items, item, [...path, index]));
}

function explainMembers(node: SchemaNode, value: JsonObject, path: Path): readonly Complaint[] {
  const missing = textsAt(node, 'required').filter((name) => !Object.hasOwn(value, name));
  const known = Object.keys(isJsonObject(node.schema.properties) ? node.schema.properties : {});
  const free = known.filter((name) => !Object.hasOwn(value, name));
  const misspelled = new Set<string>();
  const outdented: Path[] = [];
  const complaints: Complaint[] = [...explainNames(node, value, path)];
  for (const [name, member] of Object.entries(value)) {
    const rule = memberNode(node, name);
    if (rule === false) {
      // A required key that is missing is the likeliest thing to have been misspelled, and then the one finding.
      const meant = suggest(name, missing) ?? suggest(name, free);
      if (meant !== undefined) misspelled.add(meant);
      const above = meant === name ? undefined : keyAbove(node, value, name);
      if (above !== undefined) outdented.push([...path, above, name]);
      const hint =
        above === undefined
          ? hintFor(name, meant === undefined ? known : [meant])
          : `it belongs to "${above}": indent it as the keys below that`;
      complaints.push({
        problem: 'unknownKey',
        path: [...path, name],
        message: `unknown key "${name}"`,
        hint,
      });
    } else if (rule !== undefined) complaints.push(...explainMisfit(rule, member, [...path, name]));
  }
  for (const name of missing.filter((each) => !misspelled.has(each))) {
    complaints.push({
      problem: 'missingKey',
      path,
      message: `the key "${name}" is missing${purpose(node, name)}`,
      missing: name,
      hint: indentedInto(value, name),
    });
  }
  const { minProperties } = node.schema;
  if (typeof minProperties === 'number' && Object.keys(value).length < minProperties) {
    complaints.push({ problem: 'missingKey', path, message: `expected at least ${minProperties} key here` });
  }
  // A key that stands one level too far out is missing further in: that is one mistake.
  return complaints.filter(
    ({ missing: lacks, path: at }) => !outdented.some((each) => isSamePath(each, [...at, lacks ?? ''])),
  );
}

/** Names of members that are free to choose, but for what they may look like. */
function explainNames(node: SchemaNode, value: JsonObject, path: Path): readonly Complaint[] {
  const rule = childNode(node, node.schema.propertyNames);
  if (rule === undefined) return [];
  return Object.keys(value).flatMap((name) =>
    explainText(rule, name, [...path, name]).map((each) => ({ ...each, problem: 'name' as const })),
  );
}

/** The nearest key above whose members have that name, and that lacks it: the line is not indented as it should be. */
function keyAbove(node: SchemaNode, value: JsonObject, name: string): string | undefined {
  const names = Object.keys(value);
  return names.slice(0, names.indexOf(name)).findLast((each) => {
    const rule = memberNode(node, each);
    const member = value[each];
    const isOpen = member === null || (isJsonObject(member) && !Object.hasOwn(member, name));
    return isOpen && rule !== undefined && rule !== false && listsMember(rule, name);
  });
}

function listsMember(node: SchemaNode, name: string): boolean {
  const { properties } = node.schema;
  return isJsonObject(properties) && Object.hasOwn(properties, name);
}

/** The key is there, inside of another one. */
function indentedInto(value: JsonObject, name: string): string | undefined {
  const parent = Object.entries(value).find(
    ([, member]) => isJsonObject(member) && Object.hasOwn(member, name),
  );
  return parent && `"${name}" stands inside of "${parent[0]}": is it indented too far?`;
}

function isSamePath(a: Path, b: Path): boolean {
  return a.length === b.length && a.every((segment, index) => segment === b[index]);
}

function purpose(node: SchemaNode, name: string): string {
  const member = memberNode(node, name);
  const description = member ? member.schema.description : undefined;
  return typeof description === 'string' ? `: ${description.replace(/\.\s[\s\S]*$|\.$/, '')}` : '';
}

function counted(characters: number): string {
  return characters === 1 ? '1 character' : `${characters} characters`;
}
