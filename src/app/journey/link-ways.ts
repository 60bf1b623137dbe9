import { type FlowEnds, isSamePlace, type RecordPlace } from './flow-ends.ts';
import { loadWay, type Way } from './load-way.ts';
import type { LookTools, Sighting, Sightings } from './look-for.ts';
import type { NativeIds } from './native-ids.ts';

export interface LinkTools extends LookTools {
  readonly ids: NativeIds;
}

/** What a record is, at a place where it is: two records that are one thing have one of these in common. */
interface Identity {
  readonly place: RecordPlace;
  readonly id: string;
}

export interface LinkedWays {
  readonly ways: readonly Way[];
  /** There are more that belong to it. */
  readonly isCut: boolean;
}

/** From flow to flow, so many times. */
const maxRounds = 4;
const maxWays = 20;

/**
 * The ways of these records, and of those that are the same thing in other flows: read from where one was written to,
 * read from where one was read from, or written to where one was written to.
 */
export async function linkWays(
  tools: LinkTools,
  begin: readonly Pick<Sighting, 'flow' | 'key'>[],
): Promise<LinkedWays> {
  const ways = new Map<string, Way>();
  const asked = new Set<string>();
  let next = unseen(begin, ways);
  for (let round = 0; next.length > 0 && round < maxRounds; round++) {
    const some = next.slice(0, Math.max(0, maxWays - ways.size));
    const loaded = await Promise.all(some.map((each) => loadWay(tools, each)));
    for (const way of loaded) ways.set(recordName(way), way);
    if (some.length < next.length) return { ways: [...ways.values()], isCut: true };
    const identities = await Promise.all(
      loaded.map(async (way) =>
        (await identitiesOf(tools, way)).filter((each) => isShared(tools, way, each)),
      ),
    );
    const fresh = distinct(identities.flat()).filter((identity) => !asked.has(textOf(identity)));
    for (const identity of fresh) asked.add(textOf(identity));
    const met = await Promise.all(fresh.map((identity) => findSame(tools, identity)));
    next = unseen(met.flat(), ways);
  }
  return { ways: [...ways.values()], isCut: next.length > 0 };
}

async function identitiesOf(
  { ids }: LinkTools,
  { key, ends, steps, known }: Way,
): Promise<readonly Identity[]> {
  if (ends === undefined) return [];
  const sources = await Promise.all(steps.map(({ record }) => ids.idOf(ends.source, record.native)));
  const targets = [...steps.map(({ end }) => end.targetId), known?.targetId, key];
  return distinct([
    ...(ends.hasOwnKey ? sources : [...sources, key]).map((id) => ({ place: ends.source, id })),
    ...targets.map((id) => ({ place: ends.target, id })),
  ]);
}

/** Does another flow have to do with that place? */
function isShared({ flows }: LinkTools, { flow }: Way, { place }: Identity): boolean {
  return [...flows.values()].some((ends) => ends.flow !== flow && isAt(ends, place));
}

function isAt({ source, target }: FlowEnds, place: RecordPlace): boolean {
  return isSamePlace(source, place) || isSamePlace(target, place);
}

/** Records of flows from or to the place that have this id there. */
async function findSame(tools: LinkTools, { place, id }: Identity): Promise<readonly Sighting[]> {
  const near = [...tools.flows.values()].filter((ends) => isAt(ends, place));
  const seen = await tools.look(id);
  const same = await Promise.all(near.map((ends) => sameOf(tools, { ends, place, id }, seen)));
  return same.flat();
}

async function sameOf(
  { ids }: LinkTools,
  { ends, place, id }: Identity & { readonly ends: FlowEnds },
  { found, steps }: Sightings,
): Promise<readonly Sighting[]> {
  const own = found.filter(({ flow }) => flow === ends.flow);
  const isTarget = isSamePlace(ends.target, place);
  const isSource = isSamePlace(ends.source, place);
  const byName = own.filter(
    ({ match, key }) =>
      (match === 'key' && key === id && (isTarget || !ends.hasOwnKey)) || (match === 'id' && isTarget),
  );
  if (!isSource) return byName;
  const read = steps.filter(({ flow }) => flow === ends.flow);
  const natives = await Promise.all(read.map(({ record }) => ids.idOf(place, record.native)));
  const keys = new Set(read.filter((_, nth) => natives[nth] === id).map(({ record }) => record.key));
  return [...byName, ...own.filter(({ key }) => keys.has(key))];
}

function unseen(
  records: readonly Pick<Sighting, 'flow' | 'key'>[],
  ways: ReadonlyMap<string, Way>,
): readonly Pick<Sighting, 'flow' | 'key'>[] {
  const names = new Map(records.map((each) => [recordName(each), each]));
  return [...names].flatMap(([name, each]) => (ways.has(name) ? [] : [each]));
}

export function recordName({ flow, key }: Pick<Sighting, 'flow' | 'key'>): string {
  return `${flow}\n${key}`;
}

function distinct(
  given: readonly { readonly place: RecordPlace; readonly id: string | undefined }[],
): readonly Identity[] {
  const named = given.flatMap(({ place, id }) => (id === undefined || id === '' ? [] : [{ place, id }]));
  return [...new Map(named.map((each) => [textOf(each), each])).values()];
}

function textOf({ place, id }: Identity): string {
  return `${place.connection}\n${place.resource}\n${id}`;
}
