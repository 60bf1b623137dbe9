import type { Replayable } from '../../store/errors/replays.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import type { Item } from '../line/item.ts';
import { beginForecast, type ForecastTools, toForecast } from './forecast.ts';
import { forecastBatch } from './forecast-batch.ts';
import type { Forecast } from './forecast-record.ts';
import type { ForeseenRecord } from './forecast-round.ts';
import { withoutWrites } from './without-writes.ts';

/** What a replay would do about one error. */
export interface ForeseenReplay {
  readonly forecast: Forecast;
  /**
   * All that the effect depends on, as text: what would be sent, and what of it the target has otherwise. It holds private
   * values, and is there to be hashed.
   */
  readonly print: string;
}

/**
 * What a replay of these errors of one flow would do, chunk by chunk, so that memory holds no more than one of them.
 * Nothing is written anywhere, and the errors stay what they are. Guards do not count: a replay is exempt from them.
 * Throws a Fault where the target cannot be asked.
 */
export async function* forecastErrors(
  tools: Omit<ForecastTools, 'maxRecordBytes'>,
  flow: Plan,
  chunks: AsyncIterable<readonly Replayable[]> | Iterable<readonly Replayable[]>,
): AsyncGenerator<readonly ForeseenReplay[]> {
  const plan = withoutWrites(flow);
  const state = await beginForecast(tools, plan);
  const size = plan.delivery.batch * plan.delivery.concurrency;
  for await (const errors of chunks) {
    for (let from = 0; from < errors.length; from += size) {
      tools.signal.throwIfAborted();
      const foreseen = await forecastBatch(state, errors.slice(from, from + size).map(toItem));
      yield foreseen.map((each) => toReplay(tools, plan, each));
    }
  }
}

function toItem({ id, record }: Replayable): Item {
  return { record: { ...record, errorId: id }, runId: 0, attempts: 0 };
}

function toReplay(
  tools: Pick<ForecastTools, 'entity'>,
  plan: Plan,
  foreseen: ForeseenRecord,
): ForeseenReplay {
  const { errorId } = foreseen.item.record;
  const forecast = { ...(errorId !== undefined && { error: errorId }), ...toForecast(tools, plan, foreseen) };
  const { effect, payload, differences, absent, fault, reason } = foreseen.foreseen;
  const changed = differences?.map(({ path, before, after }) => [path, before, after]);
  const print = [errorId, effect, payload, changed, absent, fault?.code, fault?.message, reason];
  return { forecast, print: JSON.stringify(print) };
}
