import { termOfKey } from '../../contract/text/search-terms.ts';
import { compileMeant, fold, isDistinctive, type Person } from '../../engine/erase/meant.ts';
import { valuesOfStaged } from '../../engine/erase/values-of-staged.ts';
import { findErrorsOfText } from '../../store/erase/failed.ts';
import { listBusyLanes, loadStaged, loadWaiting } from '../../store/erase/waiting.ts';
import type { BlockRef } from '../../store/history/block.ts';
import { findBlocks } from '../../store/history/find-blocks.ts';
import { loadMatching } from '../../store/history/load-blocks.ts';
import { findKnown, loadKnownState } from '../../store/journey/known-of.ts';
import type { Database } from '../../store/postgres/database.ts';
import { type FlowEnds, listFlowEnds } from '../journey/flow-ends.ts';
import { createNativeIds, type NativeIds } from '../journey/native-ids.ts';
import type { OpenDatabase } from '../open/open-database.ts';

/** By what else a person is known than by what was said. */
export interface Alias {
  readonly text: string;
  /** Where it was found: `key of customers-to-erp`. */
  readonly from: string;
  /** So short a number that other records have it by chance: it is followed only where somebody says it himself. */
  readonly isWeak: boolean;
}

export interface FoundPerson extends Person {
  readonly aliases: readonly Alias[];
}

export interface PersonWish {
  readonly texts: readonly string[];
  /** Only records that say one of the texts themselves; without it, also those that say by what else he is known. */
  readonly isOnly: boolean;
  /** Entities whose records are people. */
  readonly entities: readonly string[];
}

/** A record that says a text. */
interface Sighted {
  readonly flow: string;
  readonly key: string;
  readonly targetId?: string | undefined;
  /** As it was read; absent: not at hand. */
  readonly native?: unknown;
}

/** From record to record: a shop's user is an ERP's customer, whose orders have his number. */
const maxRounds = 4;
/** More by what a person is known are not followed. */
const maxTexts = 200;

/**
 * The records of a person, and by what else he is known: the key of his record as a customer, its id at each target and
 * in the system that it comes from. A text that is all of a key or an id counts for any record; one that a record only
 * mentions leads on from records of people, not from an order to its number.
 */
export async function findPerson(open: OpenDatabase, wish: PersonWish): Promise<FoundPerson> {
  const workspace = await open.findWorkspace();
  const ids = createNativeIds(workspace, open.clock);
  try {
    return await follow({ db: open.db, flows: listFlowEnds(workspace), ids }, wish);
  } finally {
    await ids.close();
  }
}

interface Tools {
  readonly db: Database;
  readonly flows: ReadonlyMap<string, FlowEnds>;
  readonly ids: NativeIds;
}

async function follow(tools: Tools, { texts, isOnly, entities }: PersonWish): Promise<FoundPerson> {
  const all = new Map(texts.map((text) => [fold(text), text]));
  const aliases = new Map<string, Alias>();
  const records = new Map<string, Set<string>>();
  const asked = new Set<string>();
  let next: readonly string[] = [...all.values()];
  for (let round = 0; next.length > 0 && round < maxRounds; round++) {
    const found: Alias[] = [];
    for await (const sighted of sight(tools, next)) {
      if (sighted.key !== '') {
        const keys = records.get(sighted.flow) ?? new Set();
        records.set(sighted.flow, keys.add(sighted.key));
      }
      const name = JSON.stringify([sighted.flow, sighted.key, sighted.targetId]);
      if (isOnly || asked.has(name) || !leadsOn(tools, sighted, { next, entities })) continue;
      if (sighted.native !== undefined) asked.add(name);
      found.push(...(await aliasesOf(tools, sighted)));
    }
    for (const alias of found) if (!all.has(fold(alias.text))) aliases.set(fold(alias.text), alias);
    const strong = [...aliases].filter(([name, { isWeak }]) => !isWeak && !all.has(name)).slice(0, maxTexts);
    for (const [name, { text }] of strong) all.set(name, text);
    next = strong.map(([, { text }]) => text);
  }
  const keys = [...records.values()].flatMap((some) => [...some].filter(isDistinctive));
  return { texts: [...all.values()], records, keys: new Set(keys), aliases: [...aliases.values()] };
}

/** Is it the person's own record, or named by what was looked for? */
function leadsOn(
  { flows }: Tools,
  { flow, key, targetId }: Sighted,
  { next, entities }: { readonly next: readonly string[]; readonly entities: readonly string[] },
): boolean {
  const entity = flows.get(flow)?.scope.entity;
  if (entity !== undefined && entities.includes(entity)) return true;
  const names = new Set(next.map(fold));
  return names.has(fold(key)) || (targetId !== undefined && names.has(fold(targetId)));
}

async function aliasesOf(
  { db, flows, ids }: Tools,
  { flow, key, targetId, native }: Sighted,
): Promise<readonly Alias[]> {
  const ends = flows.get(flow);
  const known = key === '' ? undefined : await loadKnownState(db, { flow, scope: ends?.scope }, key);
  const own = ends && native !== undefined ? await ids.idOf(ends.source, native) : undefined;
  const at = ends ? `${ends.target.connection}.${ends.target.resource}` : flow;
  const from = ends ? `${ends.source.connection}.${ends.source.resource}` : flow;
  return [
    ...toAlias(key, `key in ${flow}`),
    ...toAlias(targetId ?? known?.targetId, `id at ${at}`),
    ...toAlias(own, `id in ${from}`),
  ];
}

function toAlias(text: string | undefined, from: string): readonly Alias[] {
  return text === undefined || text.trim() === '' ? [] : [{ text, from, isWeak: !isDistinctive(text) }];
}

/** Wherever one of the texts stands as a whole value: in history, among errors, in what waits, as a key or an id. */
async function* sight({ db, flows }: Tools, texts: readonly string[]): AsyncGenerator<Sighted> {
  for (const text of texts) {
    yield* sightInHistory(db, text);
    for await (const { flow, key, native } of findErrorsOfText(db, text))
      yield { flow, key: key ?? '', native };
    for (const { flow, scope, key } of await findKnown(db, text)) {
      const owners = flow === undefined ? flowsOf(flows, scope) : [flow];
      for (const owner of owners) yield { flow: owner, key };
    }
  }
  yield* sightWaiting(db, texts);
}

function flowsOf(
  flows: ReadonlyMap<string, FlowEnds>,
  scope: FlowEnds['scope'] | undefined,
): readonly string[] {
  return [...flows.values()]
    .filter((ends) => JSON.stringify(ends.scope) === JSON.stringify(scope))
    .map(({ flow }) => flow);
}

/** Blocks in memory at once. */
const blocksAtOnce = 20;

async function* sightInHistory(db: Database, text: string): AsyncGenerator<Sighted> {
  let before: BlockRef | undefined;
  do {
    const search = { terms: [termOfKey(text)], limit: blocksAtOnce, ...(before && { before }) };
    const refs = await findBlocks(db, search);
    for (const { flow, records } of await loadMatching(db, refs, { text })) {
      for (const { record, end } of records)
        yield { flow, key: record.key, targetId: end.targetId, native: record.native };
    }
    before = refs.length < blocksAtOnce ? undefined : refs.at(-1);
  } while (before);
}

async function* sightWaiting(db: Database, texts: readonly string[]): AsyncGenerator<Sighted> {
  const meant = compileMeant({ texts, records: new Map(), keys: new Set() });
  for (const lane of await listBusyLanes(db)) {
    for await (const { records } of loadStaged(db, lane)) {
      for (const record of records)
        if (meant.isRecord(lane.flow, record.key, ...valuesOfStaged(record)))
          yield { flow: lane.flow, key: record.key, native: record.native };
    }
    for await (const some of loadWaiting(db, lane)) {
      for (const { record } of some)
        if (meant.isRecord(lane.flow, record.key, ...valuesOfStaged(record)))
          yield { flow: lane.flow, key: record.key, native: record.native };
    }
  }
}
