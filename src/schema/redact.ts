import { withoutExactNumber } from '../contract/exact-json/json-number.ts';
import { isJsonObject } from '../contract/json.ts';
import { toPath } from '../contract/to-path.ts';
import type { Masks } from './masks.ts';
import { isPrivateName, mayBePrivateName } from './private-names.ts';
import { isMarked, memberNodes, type Nodes, rootNodes, type WalkedSchema } from './walk-schema.ts';

/** A datum in a form that a schema describes: its canonical entity, say. */
export interface DescribedValue extends WalkedSchema {
  readonly value: unknown;
}

/** What tells the private values of a datum from the others, in whatever form it comes. */
export interface PrivateTexts {
  /** Texts that stand at places marked `x-personal` or `writeOnly`, folded. */
  readonly private: ReadonlySet<string>;
  /** Texts that stand at places of the same schemas that are not: keys, codes. */
  readonly open: ReadonlySet<string>;
  /** Is there no schema that would tell? Then more names of members are taken for private ones. */
  readonly isBlind: boolean;
}

/** Reads off what is private from the forms of a datum that schemas describe. */
export function toPrivacy(forms: readonly DescribedValue[]): PrivateTexts {
  const found = { private: new Set<string>(), open: new Set<string>() };
  for (const form of forms) {
    eachLeaf(form.value, rootNodes(form), form, ({ text, isMarked: marked }) => {
      if (text !== '') (marked ? found.private : found.open).add(text);
    });
  }
  return { ...found, isBlind: forms.length === 0 };
}

export interface Redaction {
  readonly value: unknown;
  /** Places that were masked, such as `BillingAddress.Street1`. */
  readonly masked: readonly string[];
  /** Those of them for which only the name of the member spoke. */
  readonly byName: readonly string[];
}

/**
 * A value with everything private masked: what its schema marks, what is known to be private from other forms of the
 * same datum, and where no schema speaks of a member, what it is called. `at`: where in the datum the value stands.
 */
export function redact(
  value: unknown,
  privacy: PrivateTexts,
  { at: top, masks }: { readonly at: ValuePlace; readonly masks: Masks },
): Redaction {
  const masked: string[] = [];
  const byName: string[] = [];
  const walk = (each: unknown, at: ValuePlace): unknown => {
    if (Array.isArray(each)) return each.map((item, index) => walk(item, into(at, index)));
    if (isJsonObject(each)) {
      return Object.fromEntries(
        Object.entries(each).map(([name, child]) => [name, walk(child, into(at, name))]),
      );
    }
    const why = whyPrivate(each, at, privacy);
    if (why === undefined) return each;
    const path = toPath(at.segments);
    masked.push(path);
    if (why === 'name') byName.push(path);
    return masks.of(each);
  };
  return { value: walk(value, top), masked, byName };
}

/** Where in a value, and what its schema says of that. */
export interface ValuePlace {
  readonly segments: readonly (string | number)[];
  readonly schema: WalkedSchema | undefined;
  readonly nodes: Nodes;
  readonly isMarked: boolean;
}

/** The top of a value. A schema that marks nothing does not speak of what is private. */
export function topPlace(schema: WalkedSchema | undefined): ValuePlace {
  const told = schema !== undefined && marksAny(schema.schema) ? schema : undefined;
  const nodes = told === undefined ? [] : rootNodes(told);
  return { segments: [], schema: told, nodes, isMarked: nodes.some(({ node }) => isMarked(node)) };
}

export function into(at: ValuePlace, member: string | number): ValuePlace {
  const nodes = at.schema === undefined ? [] : memberNodes(at.nodes, member, at.schema.refs);
  return {
    segments: [...at.segments, member],
    schema: at.schema,
    nodes,
    isMarked: at.isMarked || nodes.some(({ node }) => isMarked(node)),
  };
}

/** Why a value that is neither object nor list is private; `undefined` if it is not. */
export function whyPrivate(
  value: unknown,
  at: ValuePlace,
  privacy: PrivateTexts,
): 'schema' | 'value' | 'name' | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (at.isMarked) return 'schema';
  if (typeof value === 'boolean') return undefined;
  if (occurs(fold(value), privacy)) return 'value';
  if (at.nodes.length > 0 || privacy.open.has(fold(value))) return undefined;
  // Of a list, each item is what the list is called.
  const name = at.segments.findLast((segment) => typeof segment === 'string') ?? '';
  const isPrivate = privacy.isBlind ? mayBePrivateName(name) : isPrivateName(name);
  return isPrivate ? 'name' : undefined;
}

/** Is the text private, or does it hold a private one, or is it a part of one: a name that is put together? */
function occurs(text: string, privacy: PrivateTexts): boolean {
  // A short one may be both by chance: the house number, and the quantity.
  if (privacy.open.has(text)) return text.length >= shortestPart && privacy.private.has(text);
  if (privacy.private.has(text)) return true;
  const words = wordsOf(text);
  return [...privacy.private].some((known) => {
    const knownWords = wordsOf(known);
    // Of an e-mail address, words are the customer's number as well as the name.
    return containsAll(words, knownWords) || (!known.includes('@') && containsAll(knownWords, words));
  });
}

/** In characters: shorter texts occur in others by chance. */
const shortestPart = 4;

/** In whatever order: `Lang, Tessa` holds `Tessa`, and `Tessa Lang`. */
function containsAll(words: readonly string[], wanted: readonly string[]): boolean {
  return wanted.join('').length >= shortestPart && wanted.every((word) => words.includes(word));
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}]+/gu) ?? [];
}

function fold(given: unknown): string {
  const value = withoutExactNumber(given);
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim().toLowerCase() : '';
}

function eachLeaf(
  value: unknown,
  nodes: Nodes,
  schema: WalkedSchema,
  use: (leaf: { readonly text: string; readonly isMarked: boolean }) => void,
  isBelowMark = false,
): void {
  const marked = isBelowMark || nodes.some(({ node }) => isMarked(node));
  const members: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  for (const [name, child] of members) {
    eachLeaf(child, memberNodes(nodes, name, schema.refs), schema, use, marked);
  }
  // Where the schema says nothing of a place, nobody said that it is open either.
  if (members.length === 0 && (marked || nodes.length > 0)) use({ text: fold(value), isMarked: marked });
}

function marksAny(node: unknown): boolean {
  if (isMarked(node)) return true;
  if (typeof node !== 'object' || node === null) return false;
  return Object.values(node).some(marksAny);
}
