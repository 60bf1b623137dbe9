import { isJsonObject } from '../../contract/json.ts';
import { branchesOf, childNode, memberNode, type SchemaNode, typesOf } from '../checks/schema-node.ts';
import {
  referencesIn,
  resolveText,
  type TextReference,
  type TextReferenceSource,
} from '../text/references.ts';
import type { Path } from '../text/source-document.ts';

export interface ResolvedValue {
  readonly value: unknown;
  /** References without a value, and the path of the text they stand in. */
  readonly missing: readonly MissingValue[];
}

export interface MissingValue {
  readonly path: Path;
  readonly reference: TextReference;
  /** What the schema says of the text, as far as it is known. */
  readonly rule: SchemaNode | undefined;
}

/**
 * Puts values in place of `${…}` all through a value. A text that is one reference and nothing else becomes a number
 * or true/false where the schema wants one: `port: "${PORT}"`.
 */
export function resolveValue(
  value: unknown,
  node: SchemaNode | undefined,
  source: TextReferenceSource,
): ResolvedValue {
  const missing: MissingValue[] = [];
  const resolve = (here: unknown, rule: SchemaNode | undefined, path: Path): unknown => {
    if (typeof here === 'string') {
      const resolved = resolveText(here, source);
      missing.push(...resolved.missing.map((reference) => ({ path, reference, rule })));
      return isOneReference(here) && resolved.missing.length === 0
        ? toWanted(resolved.text, rule)
        : resolved.text;
    }
    if (Array.isArray(here)) {
      const items = rule && childNode(rule, rule.schema.items);
      return here.map((item, index) => resolve(item, items, [...path, index]));
    }
    if (!isJsonObject(here)) return here;
    return Object.fromEntries(
      Object.entries(here).map(([name, member]) => [
        name,
        resolve(member, memberRule(rule, name), [...path, name]),
      ]),
    );
  };
  return { value: resolve(value, node, []), missing };
}

/** Is a text one reference and nothing else? */
export function isOneReference(text: string): boolean {
  return referencesIn(text)[0]?.length === text.length;
}

function memberRule(node: SchemaNode | undefined, name: string): SchemaNode | undefined {
  if (node === undefined) return undefined;
  const own = memberNode(node, name);
  if (own) return own;
  for (const branch of branchesOf(node)) {
    const member = memberRule(branch, name);
    if (member !== undefined) return member;
  }
  return undefined;
}

function toWanted(text: string, node: SchemaNode | undefined): unknown {
  const types = node === undefined ? [] : typesOf(node);
  if (types.includes('string')) return text;
  const isNumber = /^-?\d+(\.\d+)?$/.test(text);
  if (isNumber && types.some((type) => type === 'number' || type === 'integer')) return Number(text);
  return types.includes('boolean') && /^(?:true|false)$/.test(text) ? text === 'true' : text;
}
