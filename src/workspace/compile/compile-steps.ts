import { Fault } from '../../contract/fault.ts';
import { andThen, orElse, type Soon } from '../../contract/soon.ts';
import { toKeyText } from '../../contract/text/key-text.ts';
import { toDecimalText } from '../../mapping/decimals.ts';
import {
  compileExpression,
  type Expression,
  type ExpressionOptions,
} from '../../mapping/expression/expression.ts';
import type { MappingFunctions } from '../../mapping/expression/functions.ts';
import { skippedReason } from '../../mapping/expression/raised.ts';
import { isSilent, objectLeavesOf } from '../../mapping/object-leaves.ts';
import { compileOverlay, compileTree, type MappingTree, type WatchedResult } from '../../mapping/tree.ts';
import { formatPlace } from '../finding.ts';
import { mapFilePath } from '../parts/map-file-path.ts';
import type { Path } from '../text/source-document.ts';
import type { Workspace } from '../workspace.ts';
import { compileBorders } from './compile-borders.ts';
import type { MapBindings, MapResult, Steps } from './plan.ts';
import type { StepsInput } from './steps-input.ts';

/** Binds the flow's own part of the line. Nothing is looked up by name while a record passes. */
export function compileSteps(input: StepsInput): Steps {
  const { flow, source, target } = input;
  const functions = toFunctions(input.workspace, source.timezone);
  const filter = flow.filter === undefined ? undefined : compileAt(input, ['filter'], functions);
  const isDelete = target.write === 'delete';
  const measure = isDelete ? undefined : compileMeasure(input, functions);
  return {
    toRecord: (source.entity === undefined ? undefined : source.resource.entity?.from) ?? identity,
    keyOf: compileKey(input, functions),
    ...(flow.key !== undefined && { keyAt: placeNamed(input, 'key') }),
    ...(filter === undefined ? {} : { filter: toFilter(filter, placeNamed(input, 'filter')) }),
    map: compileMap(input, functions),
    ...(measure === undefined ? {} : { measure }),
    // A delete needs the key alone.
    toPayload: (target.entity === undefined || isDelete ? undefined : target.resource.entity?.to) ?? identity,
    ...compileBorders(input),
  };
}

function identity(value: unknown): unknown {
  return value;
}

export function toFunctions(workspace: Workspace, timezone: string): MappingFunctions {
  return {
    timezone,
    tables: Object.fromEntries([...workspace.tables.values()].map(({ name, table }) => [name, table])),
  };
}

function compileAt({ flow, entry }: StepsInput, path: Path, functions: MappingFunctions): Expression {
  const place = entry.document.placeOf(path);
  const text = String(flow[path[0] as 'filter' | 'key']);
  return compileExpression(text, { functions, ...(place === undefined ? {} : { place }) });
}

/** `flows/orders.yaml:14:9`, where the expression of a key begins. */
function placeNamed({ entry }: StepsInput, key: 'filter' | 'key'): string {
  return formatPlace(entry.document.placeOf([key]) ?? entry.document.keyPlace([key]));
}

function toFilter(filter: Expression, at: string): (record: unknown) => Soon<boolean> {
  const decide = (answer: unknown): boolean => {
    if (typeof answer === 'boolean') return answer;
    // As in JSONata, a comparison with something that is not there gives nothing, and nothing is not true.
    if (answer === undefined || answer === null) return false;
    const message = `\`filter\` must give true or false, got ${kindOf(answer)} (${at})`;
    throw new Fault('TL_FILTER_FAILED', message, { at });
  };
  return (record) =>
    andThen(
      orElse(() => filter.evaluate(record), toFilterAnswer),
      decide,
    );
}

/** `$skip` in a filter says no; what fails there failed in the filter. */
function toFilterAnswer(thrown: unknown): boolean {
  if (skippedReason(thrown) !== undefined) return false;
  if (!(thrown instanceof Fault) || thrown.code !== 'TL_MAP_FAILED') throw thrown;
  throw new Fault('TL_FILTER_FAILED', thrown.message, {
    ...(thrown.at === undefined ? {} : { at: thrown.at }),
    ...(thrown.about === undefined ? {} : { about: thrown.about }),
    cause: thrown,
  });
}

function compileKey(input: StepsInput, functions: MappingFunctions): Steps['keyOf'] {
  const { resource } = input.source;
  if (input.flow.key === undefined) return (native) => resource.keyOf(native);
  const expression = compileAt(input, ['key'], functions);
  const at = placeNamed(input, 'key');
  const toKey = (value: unknown): string | undefined => toKeyText(value, { name: 'key', at });
  return (_native, record) =>
    andThen(
      andThen(record(), (seen) => expression.evaluate(seen)),
      toKey,
    );
}

function compileMap(input: StepsInput, functions: MappingFunctions): Steps['map'] {
  const evaluate = compileMapping(input, functions);
  if (evaluate === undefined) return (record) => ({ value: record });
  return (record, { xref }) => orElse(() => evaluate(record, { xref }), toSkipped);
}

function toSkipped(thrown: unknown): MapResult {
  const skipped = skippedReason(thrown);
  if (skipped === undefined) throw thrown;
  return { skipped };
}

type Evaluate = (record: unknown, bindings: { xref: MapBindings['xref'] }) => Soon<WatchedResult>;

function compileMapping(
  { workspace, entry, flow }: StepsInput,
  functions: MappingFunctions,
): Evaluate | undefined {
  const placeOf = (name: string) => (path: Path) => entry.document.placeOf([name, ...path]);
  if (flow.set !== undefined)
    return named('set', compileOverlay(flow.set, { placeOf: placeOf('set'), functions }));
  if (flow.map === undefined) return undefined;
  if (typeof flow.map !== 'string')
    return named('map', compileTree(flow.map, { placeOf: placeOf('map'), functions }));
  const file = workspace.files.get(mapFilePath(entry.file, flow.map) ?? '');
  if (file === undefined) throw new Fault('TL_WORKSPACE_INVALID', `there is no file ${flow.map}`);
  const place = { file: file.path, line: 1, column: 1 };
  return compileMapFile(file.text, { functions, place });
}

/** Leaves are reported with the key that they stand under: `map.status`. */
function named(key: 'set' | 'map', tree: MappingTree): Evaluate {
  const withKey = (watched: WatchedResult): WatchedResult => {
    const { value, silent } = watched;
    return silent.length === 0 ? watched : { value, silent: silent.map((path) => `${key}.${path}`) };
  };
  return (record, bindings) => andThen(tree.applyWatched(record, bindings), withKey);
}

function compileMapFile(text: string, options: ExpressionOptions): Evaluate {
  const expression = compileExpression(text, options);
  const leaves = objectLeavesOf(text).map((path) => ({ path, name: `map.${path.join('.')}` }));
  const watch = (value: unknown): WatchedResult => ({
    value,
    silent: leaves.filter(({ path }) => isSilent(value, path)).map(({ name }) => name),
  });
  return (record, bindings) => andThen(expression.evaluate(record, bindings), watch);
}

function compileMeasure(
  { flow, entry }: StepsInput,
  functions: MappingFunctions,
): Steps['measure'] | undefined {
  const text = flow.guards?.maxChange?.of;
  if (text === undefined) return undefined;
  const place = entry.document.placeOf(['guards', 'maxChange', 'of']);
  const expression = compileExpression(text, { functions, ...(place === undefined ? {} : { place }) });
  const at = formatPlace(entry.document.valuePlace(['guards', 'maxChange', 'of']));
  const toMeasure = (value: unknown): string | undefined => {
    if (value === undefined || value === null) return undefined;
    const measure = toDecimalText(value);
    if (measure !== undefined) return measure;
    const message = `\`guards.maxChange.of\` must give a number or a decimal text, got ${kindOf(value)}`;
    throw new Fault('TL_MAP_FAILED', `${message} (${at})`, { at });
  };
  return (entity) =>
    andThen(
      orElse(() => expression.evaluate(entity), toNothing),
      toMeasure,
    );
}

/** Whoever skips a record here has nothing to compare. */
function toNothing(thrown: unknown): undefined {
  if (skippedReason(thrown) === undefined) throw thrown;
  return undefined;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'string' ? 'text' : typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
