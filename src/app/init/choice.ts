import { Fault } from '../../contract/fault.ts';
import { hintFor, listOf } from '../../workspace/text/suggest.ts';
import { type FlowEnd, type FlowSide, type Offer, pluralOf, sortEntities } from './ends.ts';

/** What a new workspace is to be about. */
export interface Choice {
  readonly flow: string;
  readonly source: NamedEnd;
  readonly target: NamedEnd;
}

/** An end, and the name of the connection to it. */
export interface NamedEnd extends FlowEnd {
  readonly name: string;
}

/** What was said on the command line or in answer to a question; what was not has a default. */
export interface Wish {
  readonly source?: string;
  readonly target?: string;
  readonly entity?: string;
  readonly name?: string;
}

/** Completes and checks a wish. Throws a Fault TL_ARGUMENT_INVALID that says what there would be instead. */
export function choose(wish: Wish, { sources, targets }: Offer): Choice {
  const { source = 'file', target = 'file' } = wish;
  const entity = chooseEntity(wish, {
    given: entitiesOf('source', source, sources),
    taken: entitiesOf('target', target, targets),
    known: [...new Set([...sources, ...targets].map((end) => end.entity))],
  });
  const ends = {
    source: endOf(sources, source, entity),
    target: endOf(targets, target, entity),
  };
  const [from, to] = connectionNames(ends.source, ends.target);
  const flow = wish.name ?? `${pluralOf(entity)}-to-${to}`;
  if (!isFlowName(flow)) {
    throw refuse(`--name must be ${flowNameRule}, got "${flow}"`);
  }
  return { flow, source: { ...ends.source, name: from }, target: { ...ends.target, name: to } };
}

export const flowNameRule = 'a name of lower-case letters, digits and dashes';

export function isFlowName(text: string): boolean {
  return /^[a-z0-9][a-z0-9-]{0,62}$/.test(text);
}

/** The entities that a connector gives, or takes. */
export function entitiesOf(side: FlowSide, connector: string, ends: readonly FlowEnd[]): readonly string[] {
  const entities = ends.filter((end) => end.connector === connector).map((end) => end.entity);
  if (entities.length > 0) return sortEntities(entities);
  const names = [...new Set(ends.map((end) => end.connector))];
  const purpose = side === 'source' ? 'to read from' : 'to write to';
  throw refuse(`--${side}: there is no connector "${connector}" ${purpose}; ${hintFor(connector, names)}`);
}

interface Entities {
  readonly given: readonly string[];
  readonly taken: readonly string[];
  readonly known: readonly string[];
}

function chooseEntity(
  { source = 'file', target = 'file', entity }: Wish,
  { given, taken, known }: Entities,
): string {
  const shared = given.filter((each) => taken.includes(each));
  if (entity !== undefined && !known.includes(entity))
    throw refuse(`--entity: there is no entity "${entity}"; ${hintFor(entity, known)}`);
  const [first] = shared;
  if (first === undefined)
    throw refuse(`${source} gives ${listOf(given)}, ${target} takes ${listOf(taken)}: they share nothing`);
  if (entity === undefined) return first;
  if (!given.includes(entity))
    throw refuse(`--entity ${entity}: ${source} cannot be read for it; it gives ${listOf(given)}`);
  if (!taken.includes(entity))
    throw refuse(`--entity ${entity}: ${target} cannot be written with it; it takes ${listOf(taken)}`);
  return entity;
}

function endOf(ends: readonly FlowEnd[], connector: string, entity: string): FlowEnd {
  const found = ends.find((end) => end.connector === connector && end.entity === entity);
  if (found === undefined) throw refuse(`${connector} has nothing for the entity "${entity}"`);
  return found;
}

/** Who usually gives an entity to whom: what a folder or an API of nobody in particular is called. */
const parties: Readonly<Record<string, readonly [string, string]>> = {
  order: ['shop', 'warehouse'],
  customer: ['shop', 'crm'],
  stock: ['warehouse', 'shop'],
  price: ['erp', 'shop'],
};

function connectionNames(source: FlowEnd, target: FlowEnd): readonly [string, string] {
  const [giver, taker] = parties[source.entity] ?? ['source', 'target'];
  const isTwice = !source.isDeclared && source.connector === target.connector;
  const nameOf = (end: FlowEnd, party: string, ending: string) =>
    end.isDeclared ? party : `${end.connector}${isTwice ? ending : ''}`;
  return [nameOf(source, giver, '-source'), nameOf(target, taker, '-target')];
}

function refuse(message: string): Fault {
  return new Fault('TL_ARGUMENT_INVALID', message);
}
