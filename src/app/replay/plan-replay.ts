import { Fault } from '../../contract/fault.ts';
import type { Forecast } from '../../engine/forecast/forecast-record.ts';
import type { Database } from '../../store/postgres/database.ts';
import type { Runtime } from '../engine/runtime.ts';
import { type ErrorWish, requireNamed } from '../errors/error-filter.ts';
import { openIfNone } from '../errors/list-errors.ts';
import { databaseOf } from '../open/open-database.ts';
import { schemaOf } from '../open/open-flow.ts';
import { openStoreToRead } from '../open/open-store.ts';
import { compilePatch } from '../patch/compile-patch.ts';
import type { PatchWish } from '../patch/patch.ts';
import { type ForecastSamples, sampleForecasts } from '../plan/forecast-flow.ts';
import type { Surroundings } from '../surroundings.ts';
import { forecastReplay, type PlanningFrom, type WholeReplayForecast } from './forecast-replay.ts';
import type { ReplayManner } from './replay-manner.ts';

/** What is planned of a replay, as it is said. */
export interface PlanWish {
  readonly errors: ErrorWish;
  readonly patch: PatchWish | undefined;
  readonly way: ReplayManner['way'];
  /** Of each flow and effect, so many records are told. */
  readonly samples: number;
  /** Ends the asking of targets: a part of a plan is none. */
  readonly signal: AbortSignal;
}

/**
 * A plan over the flows as an engine has them, and over a session in which PostgreSQL refuses to write. Throws a Fault as
 * `forecastReplay`, and TL_ARGUMENT_INVALID where nothing is named, or the time was too short for so many errors.
 */
export async function planReplay(
  around: Surroundings,
  { runtime, dir }: { readonly runtime: Runtime; readonly dir: string },
  { errors, patch: said, way, samples, signal }: PlanWish,
) {
  const isByTable = said?.changes.some(({ kind }) => kind === 'table') === true;
  if (!isByTable) requireNamed(errors);
  const patch = said && compilePatch(said, runtime.plans.workspace());
  const store = await openStoreToRead(around.env, dir);
  try {
    const kept = keepSamples(samples);
    const from = planOver(runtime, store.db);
    const forecast = await forecastReplay(from, { wish: errors, patch, way, signal, see: kept.add });
    const { notes, leftOut, replays } = forecast;
    return {
      ...toReplayPlan(forecast, kept.recordsOf),
      ...(notes.length > 0 && { notes }),
      ...(leftOut.length > 0 && { leftOut }),
      ...(await openIfNone(from, replays, errors.flows)),
    };
  } catch (thrown) {
    if (!signal.aborted || thrown instanceof Fault) throw thrown;
    const message = 'these are too many errors to plan while somebody waits: plan fewer of them';
    throw new Fault('TL_ARGUMENT_INVALID', message, { cause: thrown });
  } finally {
    await store.close();
  }
}

/** What an engine plans a replay over. */
export function planOver(runtime: Runtime, db: Database): PlanningFrom {
  const { plans } = runtime;
  const workspace = plans.workspace();
  return {
    ...databaseOf(runtime),
    ...{ db, workspace },
    entity: (name) => schemaOf(workspace, name),
    compile: (flow) => plans.compile(flow).plan,
    compileAsOf: (hash) => plans.load(hash),
  };
}

/** A plan as a document. `recordsOf`: what is told of single records of a flow. */
export function toReplayPlan(
  { replays, flows, plan, patched }: WholeReplayForecast,
  recordsOf: (flow: string) => readonly Forecast[],
) {
  return {
    replays,
    flows: flows.map(({ flow, counts, duplicates, failing }) => {
      return { flow, counts, duplicates, failing, records: recordsOf(flow) };
    }),
    plan,
    ...(patched.length > 0 && { patched: patched.map(toPatched) }),
  };
}

function toPatched({ error, changes }: WholeReplayForecast['patched'][number]) {
  return {
    error: error.id,
    key: error.record.key,
    changes: changes.map(({ path, before, after }) => ({ path, before, after })),
  };
}

/** The first of each effect, by flow. */
function keepSamples(size: number) {
  const byFlow = new Map<string, ForecastSamples>();
  return {
    add: (flow: string, forecasts: readonly Forecast[]): void => {
      const own = byFlow.get(flow) ?? sampleForecasts(size);
      byFlow.set(flow, own);
      own.add({ forecasts });
    },
    recordsOf: (flow: string): readonly Forecast[] => byFlow.get(flow)?.all() ?? [],
  };
}
