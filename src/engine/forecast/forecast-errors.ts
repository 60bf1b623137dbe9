import type { Replayable } from '../../store/errors/replays.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { Item } from '../line/item.ts';
import { beginForecast, type ForecastTools, noForecastCounts, toForecast } from './forecast.ts';
import { forecastBatch } from './forecast-batch.ts';
import type { Forecast, ForecastEffect } from './forecast-record.ts';
import { withoutWrites } from './without-writes.ts';

export interface ReplayForecast {
  readonly counts: Readonly<Record<ForecastEffect, number>>;
  readonly records: readonly Forecast[];
}

/**
 * What a replay of these errors of one flow would do, under the flow as it is now. Nothing is written anywhere, and the
 * errors stay what they are. Guards do not count: a replay is exempt from them. Throws a Fault where the target cannot
 * be asked.
 */
export async function forecastErrors(
  tools: Omit<ForecastTools, 'maxRecordBytes'>,
  flow: Plan,
  errors: readonly Replayable[],
): Promise<ReplayForecast> {
  const plan = withoutWrites(flow);
  const state = await beginForecast(tools, plan);
  const size = plan.delivery.batch * plan.delivery.concurrency;
  const counts = noForecastCounts();
  const records: Forecast[] = [];
  for (let from = 0; from < errors.length; from += size) {
    tools.signal.throwIfAborted();
    const items = errors.slice(from, from + size).map(toItem);
    for (const foreseen of await forecastBatch(state, items)) {
      const forecast = toForecast(tools, plan, foreseen);
      counts[forecast.effect] += 1;
      const { errorId } = foreseen.item.record;
      records.push({ ...(errorId !== undefined && { error: errorId }), ...forecast });
    }
  }
  return { counts, records };
}

function toItem({ id, record }: Replayable): Item {
  return { record: { ...record, errorId: id }, runId: 0, attempts: 0 };
}
