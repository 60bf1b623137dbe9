import { isJsonObject } from '../../../contract/json.ts';
import { present } from '../../../contract/present.ts';
import { toEdits } from '../../../mapping/edits.ts';
import { type BuiltConstant, type BuiltObject, builtBy } from '../../../mapping/survey/built-objects.ts';
import { createFinding, type FilePlace, type Finding } from '../../finding.ts';
import type { Path, SourceDocument } from '../../text/source-document.ts';
import { hintFor, listOf } from '../../text/suggest.ts';
import { type SchemaNode, textsAt, typesOf } from '../schema-node.ts';
import { explainMisfit } from '../shape/explain-misfit.ts';
import type { Input, PlaceAt } from './check-use.ts';
import { atPlace, namesAt } from './schema-places.ts';

/** What a mapping's result has to fit. */
export interface Output extends Input {
  readonly schema: SchemaNode;
  /** Others go on with it, who may add what is missing: only what is there is checked. */
  readonly isPart?: boolean;
}

/** A mapping, or a part of it, and where it stands. */
export interface BuiltTree {
  readonly document: SourceDocument;
  readonly path: Path;
  readonly tree: unknown;
  /** Place of a character of the text at a path; `undefined` for a text that cannot be checked. */
  readonly textAt: (path: Path) => { readonly text: string; readonly placeAt: PlaceAt } | undefined;
}

/** Checks a tree of expressions, such as `map`, against what its result has to be. */
export function checkBuiltTree(
  built: BuiltTree,
  output: Output,
  at: readonly string[] = [],
): readonly Finding[] {
  const { document, path, tree } = built;
  if (typeof tree === 'string') {
    const found = built.textAt(path);
    return found === undefined ? [] : checkBuiltText(found.text, found.placeAt, { output, at });
  }
  if (typeof tree === 'number' || typeof tree === 'boolean')
    return checkConstant({ at, offset: 0, value: tree }, output, () => document.valuePlace(path));
  if (Array.isArray(tree)) {
    return tree.flatMap((item, index) =>
      checkBuiltTree({ ...built, path: [...path, index], tree: item }, output, at),
    );
  }
  if (!isJsonObject(tree)) return [];
  const names = Object.keys(tree).map((name) => ({ name, place: document.keyPlace([...path, name]) }));
  const missing = { place: document.keyPlace(path), isWhole: true };
  return [
    ...checkNames({ at, names, ...missing }, output),
    ...Object.entries(tree).flatMap(([name, member]) =>
      checkBuiltTree({ ...built, path: [...path, name], tree: member }, output, [...at, name]),
    ),
  ];
}

/** A `set` names places of the record: what it lays there has to fit, what it leaves alone is not its business. */
export function checkBuiltOverlay(built: BuiltTree, output: Output): readonly Finding[] {
  const { document, path, tree } = built;
  if (!isJsonObject(tree)) return [];
  return [...toEdits(tree)].flatMap((edit) => {
    const { target } = edit;
    const known = target.findIndex(
      (_, depth) => atPlace(output.schema, target.slice(0, depth + 1)).is === 'absent',
    );
    const at = [...path, ...edit.path];
    if (known < 0) return checkBuiltTree({ ...built, path: at, tree: edit.node }, output, target);
    const place = document.keyPlace(at);
    return [
      unknownField(
        { at: target.slice(0, known), name: present(target[known], 'the name of a field'), place },
        output,
      ),
    ];
  });
}

/** Checks what one expression builds; `at` is where its result goes. */
export function checkBuiltText(
  text: string,
  placeAt: PlaceAt,
  { output, at }: { readonly output: Output; readonly at: readonly string[] },
): readonly Finding[] {
  const { objects, constants } = builtBy(text);
  const below = <Part extends BuiltObject | BuiltConstant>(part: Part) => ({
    ...part,
    at: [...at, ...part.at],
  });
  return [
    ...objects.map(below).flatMap((object) => {
      const names = object.names.map(({ name, offset }) => ({ name, place: placeAt(offset) }));
      return checkNames({ ...object, names, place: placeAt(object.offset) }, output);
    }),
    ...constants.map(below).flatMap((constant) => checkConstant(constant, output, placeAt)),
  ];
}

interface NamesAt {
  readonly at: readonly string[];
  readonly names: readonly { readonly name: string; readonly place: FilePlace }[];
  readonly place: FilePlace;
  readonly isWhole: boolean;
}

function checkNames({ at, names, place, isWhole }: NamesAt, output: Output): readonly Finding[] {
  const found = atPlace(output.schema, at);
  if (found.is !== 'known') return [];
  const unknown = names
    .filter(({ name }) => atPlace(output.schema, [...at, name]).is === 'absent')
    .map((each) => unknownField({ at, ...each }, output));
  const [node, ...others] = found.nodes.filter((each) => isJsonObject(each.schema.properties));
  if (!isWhole || output.isPart || unknown.length > 0 || node === undefined || others.length > 0)
    return unknown;
  const given = new Set(names.map(({ name }) => name));
  const missing = textsAt(node, 'required').filter((name) => !given.has(name));
  if (missing.length === 0) return unknown;
  const message = `${described(at, output)} must have ${listOf(missing)}, which is not made here`;
  return [createFinding('TLW_FIELD_MISSING', place, message, 'no record would pass; add it')];
}

function unknownField(
  { at, name, place }: { readonly at: readonly string[]; readonly name: string; readonly place: FilePlace },
  output: Output,
): Finding {
  const message = `${described(at, output)} has no field "${name}"`;
  return createFinding('TLW_FIELD_UNKNOWN', place, message, hintFor(name, namesAt(output.schema, at)));
}

function described(at: readonly string[], { name }: Output): string {
  return at.length === 0 ? name : `\`${at.join('.')}\` of ${name}`;
}

function checkConstant(
  { at, offset, value }: BuiltConstant,
  output: Output,
  placeAt: PlaceAt,
): readonly Finding[] {
  const found = atPlace(output.schema, at);
  if (found.is !== 'known') return [];
  // Of a list, its items; where several things may stand, whether one of them takes it is left to the validation.
  const [node, ...others] = found.nodes.filter((each) => typesOf(each).join() !== 'array');
  if (node === undefined || others.length > 0) return [];
  const [complaint] = explainMisfit(node, value);
  if (complaint === undefined) return [];
  // Quotes of YAML would not do: what stands in them is an expression.
  const asText = `as text it is '${JSON.stringify(String(value))}', in two kinds of quotes`;
  const hint = complaint.hint === 'put it into quotes' ? asText : complaint.hint;
  const message = `\`${at.join('.')}\` of ${output.name}: ${complaint.message}`;
  return [createFinding('TLW_FIELD_VALUE', placeAt(offset), message, hint)];
}
