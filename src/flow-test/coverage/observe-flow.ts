import type { FlowFile } from '../../contract/generated/flow.ts';
import type { TestXref } from '../../contract/generated/test.ts';
import type { LookupTable, MappingFunctions } from '../../mapping/expression/functions.ts';
import { type ObservedPart, observeExpression } from '../../mapping/expression/observe-expression.ts';
import { positionOf } from '../../mapping/place.ts';
import { timezoneOf } from '../../workspace/compile/open-connection.ts';
import type { FilePlace } from '../../workspace/finding.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { CaseOutcome, Passage } from '../pass-case.ts';
import type { CoveragePoint, FlowCoverage } from './coverage.ts';
import { expressionAt, type FlowExpression, mappingExpressions } from './flow-expressions.ts';

/**
 * Which parts of a flow the cases come through. Each expression is evaluated once more by itself over the records
 * that the cases brought to it: the plan knows its steps as whole functions, and is to stay as it is.
 */
export async function observeFlow(
  workspace: Workspace,
  flow: string,
  passages: readonly Passage[],
): Promise<FlowCoverage> {
  const entry = workspace.flows.get(flow);
  if (entry === undefined) return { flow, file: '', points: [] };
  const given: { now: Passage['tables'] } = { now: {} };
  const source = (entry.value as FlowFile).source.connection;
  const functions = { tables: tablesOf(workspace, given), timezone: timezoneOf(workspace, source) };
  const watch = (expression: FlowExpression) => createWatch(expression, functions);
  const filter = expressionAt(entry, 'filter');
  const key = expressionAt(entry, 'key');
  const asked = [filter, key].flatMap((each) => (each === undefined ? [] : [watch(each)]));
  const leaves = mappingExpressions(workspace, entry).map(watch);
  for (const { came, xref, tables } of passages) {
    given.now = tables;
    if (!isAsked(came)) continue;
    const isMapped = came.stage !== 'filter' && !isFilteredOut(came);
    for (const each of isMapped ? [...asked, ...leaves] : asked) await each.evaluate(came.record, xref);
  }
  const points = [
    ...(filter === undefined ? [] : filterPoints(filter, passages)),
    ...leaves.map(({ point }) => point()),
    ...[...asked, ...leaves].flatMap((each) => each.partPoints()),
    ...requiredPoints(entry.value as FlowFile, passages, (index) =>
      entry.document.valuePlace(['requires', 'xref', index]),
    ),
  ];
  return { flow, file: entry.file, points: points.sort(byPlace) };
}

/** Did the record come to the flow's own expressions? One that its contract refuses does not. */
function isAsked(came: CaseOutcome): boolean {
  const isRefused = came.stage === 'validate' && !('entity' in came);
  return 'record' in came && !isRefused;
}

/** By the filter, and not by `$skip`, which always has a reason. */
function isFilteredOut({ outcome, reason }: CaseOutcome): boolean {
  return outcome === 'filtered' && reason === undefined;
}

interface Watch {
  evaluate(record: unknown, xrefs: TestXref): Promise<void>;
  /** The expression as a whole. */
  point(): CoveragePoint;
  partPoints(): readonly CoveragePoint[];
}

function createWatch({ name, text, place }: FlowExpression, functions: MappingFunctions): Watch {
  const observed = observeExpression(text, functions);
  let reached = false;
  return {
    async evaluate(record, xrefs) {
      const xref = async (entity: string, id: string) => xrefs[entity]?.[id];
      // Who ends the record with $fail or $skip has been heard as well.
      const value = await observed.evaluate(record, { xref }).catch(() => null);
      if (value !== undefined) reached = true;
    },
    point: () => ({ what: name, lack: 'never gave a value', reached, ...pick(place) }),
    partPoints: () =>
      observed.parts().map((part) => ({
        ...toWords(name, part),
        reached: part.reached,
        file: place.file,
        ...positionOf(text, part.offset, place),
      })),
  };
}

function toWords(name: string, { kind, name: member }: ObservedPart): { what: string; lack: string } {
  if (kind === 'member') return { what: `${name}: "${member}"`, lack: 'never had a value' };
  return { what: `${name}: ?`, lack: `was never ${kind}` };
}

function pick({ file, line, column }: FilePlace): FilePlace {
  return { file, line, column };
}

function filterPoints({ place }: FlowExpression, passages: readonly Passage[]): readonly CoveragePoint[] {
  const asked = passages.filter(({ came }) => isAsked(came) && came.stage !== 'filter');
  const point = (lack: string, reached: boolean) => ({ what: 'filter', lack, reached, ...pick(place) });
  return [
    point(
      'was never true',
      asked.some(({ came }) => !isFilteredOut(came)),
    ),
    point(
      'was never false',
      asked.some(({ came }) => isFilteredOut(came)),
    ),
  ];
}

function requiredPoints(
  { requires }: FlowFile,
  passages: readonly Passage[],
  placeOf: (index: number) => FilePlace,
): readonly CoveragePoint[] {
  return (requires?.xref ?? []).map((entity, index) => ({
    what: `requires.xref: ${entity}`,
    lack: 'blocked no case',
    reached: passages.some(({ came }) => came.missing?.some((each) => each.entity === entity) === true),
    ...placeOf(index),
  }));
}

/** The tables of the workspace, each as the case of the moment has been given it. */
function tablesOf(
  { tables }: Workspace,
  given: { readonly now: Passage['tables'] },
): Readonly<Record<string, LookupTable>> {
  const all = [...tables].map(([name, { table }]): [string, LookupTable] => {
    const get = (key: string) => {
      const own = Object.hasOwn(given.now, name) ? given.now[name] : undefined;
      return own === undefined ? table.get(key) : Object.hasOwn(own, key) ? own[key] : undefined;
    };
    const { missing } = table;
    return [name, { get, ...(missing !== undefined && { missing }) }];
  });
  return Object.fromEntries(all);
}

function byPlace(a: CoveragePoint, b: CoveragePoint): number {
  return (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column;
}
