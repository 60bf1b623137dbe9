import { isJsonObject, type JsonObject } from '../../../contract/json.ts';
import { createFinding, type Finding, formatPlace } from '../../finding.ts';
import { listOf } from '../../text/suggest.ts';
import type { FlowEntry } from '../../workspace.ts';
import { xrefsAskedBy } from '../expressions/check-expression.ts';
import type { FlowContext } from './flow-context.ts';
import { nameAt } from './flow-shapes.ts';
import { flowTexts, mapFileText } from './flow-texts.ts';

/** What is wrong with a flow only because of the others, or because there are none. */
export function checkTogether(
  entry: FlowEntry,
  all: readonly FlowEntry[],
  context: FlowContext,
): readonly Finding[] {
  if (!isJsonObject(entry.value)) return [];
  // Where it asks for something else than it requires, that is the finding.
  const isAmiss = entry.findings.some(({ code }) => code === 'TLW_REQUIRES_UNASKED');
  return [
    ...(isAmiss ? [] : checkXrefs(entry, entry.value, { all, context })),
    ...checkOverlap(entry, entry.value, all),
  ];
}

interface Others {
  readonly all: readonly FlowEntry[];
  readonly context: FlowContext;
}

/** References that no flow between the same two connections would ever leave behind. */
function checkXrefs({ document }: FlowEntry, flow: JsonObject, { all, context }: Others): readonly Finding[] {
  const [source, target] = [nameAt(flow.source, 'connection'), nameAt(flow.target, 'connection')];
  const isKnown = [source, target].every((name) => name !== undefined && context.connections.has(name));
  // A flow that cannot be read may be the one.
  if (!isKnown || all.some(({ value }) => !isJsonObject(value))) return [];
  const delivered = new Set(
    all.flatMap(({ value }) => {
      const other = value as JsonObject;
      const isBetween =
        nameAt(other.source, 'connection') === source && nameAt(other.target, 'connection') === target;
      return isBetween && nameAt(other.target, 'write') !== 'delete' ? (deliveredBy(other) ?? []) : [];
    }),
  );
  const mapFile = mapFileText(document, flow, context);
  const texts = [['set'], ['map']]
    .filter(([name]) => name !== 'map' || isJsonObject(flow.map))
    .flatMap((path) => flowTexts(document, path, context));
  const asked = [...texts, ...(mapFile === undefined ? [] : [mapFile])].flatMap(({ text, placeAt }) =>
    xrefsAskedBy(text).map(({ entity, offset }) => ({ entity, place: placeAt(offset) })),
  );
  const isRequired = (entity: string) =>
    isJsonObject(flow.requires) && Array.isArray(flow.requires.xref) && flow.requires.xref.includes(entity);
  return asked
    .filter(({ entity }) => context.names.references.includes(entity) && !delivered.has(entity))
    .filter((each, index, list) => list.findIndex(({ entity }) => entity === each.entity) === index)
    .map(({ entity, place }) => {
      const end = isRequired(entity) ? 'records that ask would wait for ever' : '$xref finds nothing';
      const message = `no flow takes "${entity}" from "${source}" to "${target}": ${end}`;
      const known = [...delivered].sort();
      const hint = `it takes a flow between the two with \`as: ${entity}\`${known.length === 0 ? '' : `; there is one for ${listOf(known)}`}`;
      return createFinding('TLW_XREF_UNDELIVERED', place, message, hint);
    });
}

/** The entity that a flow's cross-references are kept under, as the line does it. */
function deliveredBy({ source, target }: JsonObject): string | undefined {
  return nameAt(target, 'as') ?? nameAt(source, 'as') ?? nameAt(target, 'resource');
}

/** Two flows that move all records of one resource to the same other one: each undoes what the other wrote. */
function checkOverlap(entry: FlowEntry, flow: JsonObject, all: readonly FlowEntry[]): readonly Finding[] {
  const { document } = entry;
  const way = wayOf(flow);
  const isSame = ({ name, value }: FlowEntry) =>
    name !== entry.name && isJsonObject(value) && wayOf(value) === way;
  const first = way === undefined ? undefined : all.slice(0, all.indexOf(entry)).find(isSame);
  if (first === undefined) return [];
  const at = formatPlace(first.document.valuePlace(['target']));
  const message = `the flow "${first.name}" writes the same records to the same place already (${at})`;
  const hint = 'each would undo what the other wrote; give both a `filter`, or keep one';
  return [createFinding('TLW_FLOW_OVERLAP', document.valuePlace(['target']), message, hint)];
}

/** Where from and where to, for a flow that moves all records; `undefined` for one that picks some. */
function wayOf({ source, target, filter, key }: JsonObject): string | undefined {
  const write = nameAt(target, 'write');
  const isPart = filter !== undefined || (isJsonObject(source) && source.where !== undefined);
  if (isPart || (write !== 'create' && write !== 'upsert')) return undefined;
  const ends = [source, target].flatMap((end) => [nameAt(end, 'connection'), nameAt(end, 'resource')]);
  return ends.includes(undefined) ? undefined : JSON.stringify([...ends, key ?? null]);
}
