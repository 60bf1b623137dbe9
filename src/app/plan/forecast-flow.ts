import { Fault } from '../../contract/fault.ts';
import {
  type ForecastChunk,
  type ForecastOptions,
  forecast,
  noForecastCounts,
} from '../../engine/forecast/forecast.ts';
import type { Forecast, ForecastEffect } from '../../engine/forecast/forecast-record.ts';
import type { OpenFlow } from '../open/open-flow.ts';
import { checkAsked } from '../runs/check-asked.ts';
import type { Ending } from '../runs/ending.ts';
import { type Note, toNotes } from '../runs/run-notes.ts';

export interface ForecastWish {
  readonly asked: ForecastOptions;
  /** Aborted: what has been read by then is reported. */
  readonly stop: AbortSignal;
  /** Called for each chunk of records; nothing keeps them afterwards. */
  readonly seen: (chunk: ForecastChunk) => void;
}

/** What a run would do, in numbers. */
export interface FlowForecast extends Pick<ForecastChunk, 'read' | 'counts' | 'held'> {
  readonly flow: string;
  readonly isStopped: boolean;
  readonly notes: readonly Note[];
  readonly ending: Ending;
}

/**
 * What the next run of a flow would do about each record, without doing it. Throws a Fault TL_ARGUMENT_INVALID where one
 * key is meant that no record has, and what keeps the source from being read or the target from being asked.
 */
export async function forecastFlow(
  { plan, workspace, db, entity }: OpenFlow,
  { asked, stop, seen }: ForecastWish,
): Promise<FlowForecast> {
  checkAsked(asked);
  const { maxRecordBytes } = workspace.settings;
  let last: Omit<ForecastChunk, 'forecasts'> = {
    read: 0,
    counts: noForecastCounts(),
    held: undefined,
    notes: { mapped: 0, silent: [], unordered: { records: 0, form: undefined }, reading: undefined },
  };
  try {
    for await (const chunk of forecast({ db, signal: stop, entity, maxRecordBytes }, plan, asked)) {
      last = chunk;
      seen(chunk);
    }
  } catch (thrown) {
    if (!stop.aborted) throw thrown;
  }
  const isStopped = stop.aborted;
  if (!isStopped) requireFound(asked, last);
  const { read, counts, held } = last;
  return {
    flow: plan.flow,
    ...{ read, counts, held, isStopped },
    // Of one record, most of what it lacks is its own affair.
    notes: asked.key === undefined ? toNotes(last.notes) : [],
    ending: endingOfForecast({ counts, held, isStopped }),
  };
}

export function endingOfForecast({
  counts,
  held,
  isStopped,
}: {
  readonly counts: Pick<FlowForecast['counts'], 'fails' | 'blocked'>;
  readonly held?: unknown;
  readonly isStopped: boolean;
}): Ending {
  if (isStopped) return 'failed';
  return counts.fails + counts.blocked > 0 || held !== undefined ? 'findings' : 'clean';
}

function requireFound(
  { key, full }: ForecastOptions,
  { read, counts }: Pick<ForecastChunk, 'read' | 'counts'>,
): void {
  if (key === undefined || Object.values(counts).some((count) => count > 0)) return;
  const among = `no record with the key "${key}" among the ${read} that a run would read`;
  throw new Fault('TL_ARGUMENT_INVALID', full ? among : `${among}; --full reads everything`);
}

/** Keeps so many of each effect, however many come, in the order in which they were read. */
export interface ForecastSamples {
  readonly add: (chunk: Pick<ForecastChunk, 'forecasts'>) => void;
  all(): readonly Forecast[];
  /** How many were not kept. */
  leftOut(): number;
}

export function sampleForecasts(size: number): ForecastSamples {
  const kept: Forecast[] = [];
  const counts = new Map<ForecastEffect, number>();
  let leftOut = 0;
  return {
    add: ({ forecasts }) => {
      for (const each of forecasts) {
        const count = counts.get(each.effect) ?? 0;
        counts.set(each.effect, count + 1);
        if (count < size) kept.push(each);
        else leftOut += 1;
      }
    },
    all: () => kept,
    leftOut: () => leftOut,
  };
}

/** As one document, with the forecast of each record. */
export function toForecastDocument(
  { flow, read, counts, held, isStopped, notes }: FlowForecast,
  records: readonly Forecast[],
) {
  return {
    flow,
    counts: { read, ...counts },
    ...(held !== undefined && { held: { code: 'TL_GUARD_TRIPPED', message: held } }),
    ...(isStopped && { stopped: true }),
    ...(notes.length > 0 && { notes }),
    records,
  };
}
