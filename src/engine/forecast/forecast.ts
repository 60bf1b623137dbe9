import type { SourceRecord } from '../../contract/connector.ts';
import { toFault } from '../../contract/fault.ts';
import { type Deviation, formatSegments } from '../../schema/deviation.ts';
import type { WalkedSchema } from '../../schema/walk-schema.ts';
import { loadXrefs } from '../../store/line/xrefs.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { RunNotes } from '../../store/runs/run-notes.ts';
import type { RunOptions } from '../../store/runs/runs.ts';
import { findStagedKeys } from '../../store/waiting/find-waiting.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { createPassingMemberSets } from '../absent/member-sets.ts';
import { identifyRecord } from '../line/identify-record.ts';
import type { Item } from '../line/item.ts';
import { xrefScopeOf } from '../line/open-line.ts';
import { createXrefLookup } from '../line/xref-lookup.ts';
import { watchPassed } from '../notes/watch-passed.ts';
import { type ReadingWatch, watchReading } from '../notes/watch-reading.ts';
import { cutPage, readerOf, toReadRequest } from '../runs/read-request.ts';
import { coverDifferences, coverPayload, privateTextsOf } from './cover-differences.ts';
import { forecastBatch, foreseeUnread } from './forecast-batch.ts';
import { watchGuards } from './forecast-guards.ts';
import type { Forecast, ForecastDrift, ForecastEffect } from './forecast-record.ts';
import { forecastEffects } from './forecast-record.ts';
import type { ForecastState, ForeseenRecord } from './forecast-round.ts';
import { withoutWrites } from './without-writes.ts';

/** What a forecast is given. Reads are all that is asked of the database. */
export interface ForecastTools {
  readonly db: Database;
  readonly signal: AbortSignal;
  /** A record larger than this would go to the errors. */
  readonly maxRecordBytes: number;
  /** The schema of a canonical entity, which says what of it is private. */
  readonly entity: (name: string) => WalkedSchema | undefined;
}

export interface ForecastOptions extends RunOptions {
  /** Only records with this key. */
  readonly key?: string;
}

/** What is known after each chunk of records. */
export interface ForecastChunk {
  readonly forecasts: readonly Forecast[];
  readonly read: number;
  readonly counts: Readonly<Record<ForecastEffect, number>>;
  /** What a guard would say that holds the run. */
  readonly held: string | undefined;
  readonly notes: RunNotes;
}

/**
 * What a run of the flow would do, from real reads and the target's own answers. Nothing is written: not to the
 * target, not to the source (no page is marked as done), not to the database. Memory holds a chunk of records, and of
 * those that would be written a fingerprint.
 *
 * Throws a Fault where the source cannot be read or the target not be asked.
 */
export async function* forecast(
  tools: ForecastTools,
  flow: Plan,
  options: ForecastOptions,
): AsyncGenerator<ForecastChunk> {
  const { db, signal } = tools;
  const plan = withoutWrites(flow);
  const state = await beginForecast({ db, signal }, plan);
  const counts = noForecastCounts();
  const reading = watchReading(plan);
  let read = 0;
  for await (const records of readChunks(tools, plan, { options, reading })) {
    signal.throwIfAborted();
    read += records.length;
    const { items, unread } = await identifyAll(tools, plan, { records, force: options.force === true });
    for (const { record } of items) reading.seeRecord(record.version);
    const wanted =
      options.key === undefined ? items : items.filter(({ record }) => record.key === options.key);
    const foreseen = await forecastBatch(state, wanted);
    const forecasts = [
      ...(options.key === undefined ? unread : []),
      ...foreseen.map((each) => toForecast(tools, plan, each)),
    ];
    for (const { effect } of forecasts) counts[effect] += 1;
    state.guards.count(counts);
    state.notes.add(foreseen.flatMap(({ passed }) => passed ?? []));
    yield {
      forecasts,
      read,
      counts,
      held: state.guards.tripped(),
      notes: state.notes.notes(reading.notes()),
    };
  }
}

/** What is known before the first record. `plan`: one that cannot write. */
export async function beginForecast(
  { db, signal }: Pick<ForecastTools, 'db' | 'signal'>,
  plan: Plan,
): Promise<ForecastState> {
  const scope = xrefScopeOf(plan);
  return {
    plan,
    signal,
    engine: { db, members: createPassingMemberSets() },
    scope,
    xref: createXrefLookup((entity, ids) => loadXrefs(db, { ...scope, entity }, ids)),
    staged: await findStagedKeys(db, plan.flow),
    stuck: new Set(),
    earlier: new Map(),
    guards: watchGuards(plan),
    created: new Map(),
    notes: watchPassed(),
  };
}

export function noForecastCounts(): Record<ForecastEffect, number> {
  return Object.fromEntries(forecastEffects.map((effect) => [effect, 0])) as Record<ForecastEffect, number>;
}

/** As many records at a time as a run works at once. */
async function* readChunks(
  { db, signal }: ForecastTools,
  plan: Plan,
  { options, reading }: { readonly options: RunOptions; readonly reading: ReadingWatch },
): AsyncGenerator<readonly SourceRecord[]> {
  const request = await toReadRequest(db, plan, { run: { options, readOn: null }, signal });
  const size = plan.delivery.batch * plan.delivery.concurrency;
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  let gathered: SourceRecord[] = [];
  for await (const whole of readerOf(plan)(request)) {
    const page = left < whole.records.length ? cutPage(whole, left) : whole;
    reading.seePage(page);
    left -= page.records.length;
    gathered.push(...page.records);
    for (; gathered.length >= size; gathered = gathered.slice(size)) yield gathered.slice(0, size);
    if (left <= 0) break;
  }
  if (gathered.length > 0) yield gathered;
}

async function identifyAll(
  { maxRecordBytes }: ForecastTools,
  plan: Plan,
  { records, force }: { readonly records: readonly SourceRecord[]; readonly force: boolean },
): Promise<{ readonly items: readonly Item[]; readonly unread: readonly Forecast[] }> {
  const items: Item[] = [];
  const unread: Forecast[] = [];
  for (const source of records) {
    try {
      if ('fault' in source) throw source.fault;
      const native = source.record;
      const { text: _json, ...named } = await identifyRecord(plan, native, maxRecordBytes);
      const record = { ...named, native, ...(force && { isForced: true as const }) };
      items.push({ record, runId: 0, attempts: 0 });
    } catch (thrown) {
      unread.push({ ...spell(foreseeUnread(toFault(thrown))), differences: [] });
    }
  }
  return { items, unread };
}

/** As it is shown: private values are masked. */
export function toForecast(
  { entity }: Pick<ForecastTools, 'entity'>,
  plan: Plan,
  { item, foreseen, passed }: ForeseenRecord,
): Forecast {
  const { differences = [], payload, absent } = foreseen;
  const privacy = privateTextsOf(plan, passed ?? {}, entity);
  const { schema } = plan.target.resource;
  return {
    key: item.record.key,
    ...spell(foreseen),
    differences: coverDifferences(differences, privacy, schema),
    ...(payload !== undefined && { payload: coverPayload(payload, privacy, schema) }),
    ...(absent && { absent }),
    ...(passed && passed.drift.length > 0 && { drift: passed.drift.map(toForecastDrift) }),
  };
}

function toForecastDrift({ side, kind, segments, expected, got, sample }: Deviation): ForecastDrift {
  const path = formatSegments(segments);
  return { side, kind, path, expected, got, ...(sample !== undefined && { sample }) };
}

function spell({
  effect,
  fault,
  reason,
}: ForeseenRecord['foreseen']): Pick<Forecast, 'effect' | 'fault' | 'reason'> {
  return {
    effect,
    ...(fault && {
      fault: { code: fault.code, message: fault.message, ...(fault.at !== undefined && { at: fault.at }) },
    }),
    ...(reason !== undefined && { reason }),
  };
}
