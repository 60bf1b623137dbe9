import { toFault } from '../../contract/fault.ts';
import type { Logger } from '../../observe/logger.ts';
import type { Metrics, MetricsPage } from '../../observe/metrics/metrics.ts';
import type { StateFigures } from '../../observe/metrics/state-series.ts';
import type { OpenDatabase } from '../open/open-database.ts';
import { loadStateFigures } from './load-figures.ts';

/** Ten who read the page in this time cost the database one look. */
const freshMs = 5_000;
/** Prometheus gives up after ten seconds where it is not told otherwise: what a process knows itself it gets before. */
const patienceMs = 5_000;

export interface PageTools {
  readonly metrics: Metrics;
  readonly open: Pick<OpenDatabase, 'db' | 'clock' | 'findWorkspace'>;
  readonly log: Logger;
}

/** Makes the page that Prometheus reads, also where the database is away: it says so then. */
export function createMetricsPages({ metrics, open, log }: PageTools): () => Promise<MetricsPage> {
  let known: { readonly at: number; readonly figures: StateFigures } | undefined;
  let loading: Promise<StateFigures | undefined> | undefined;
  const load = async (): Promise<StateFigures | undefined> => {
    try {
      const workspace = await open.findWorkspace();
      const figures = await loadStateFigures(open.db, workspace, open.clock.now());
      metrics.begin(workspace?.flows.keys() ?? []);
      known = { at: performance.now(), figures };
      return figures;
    } catch (thrown) {
      known = undefined;
      log.warn({ reason: toFault(thrown).message }, 'the database could not be asked for figures');
      return undefined;
    } finally {
      loading = undefined;
    }
  };
  return async () => {
    if (known !== undefined && performance.now() - known.at < freshMs)
      return await metrics.render(known.figures);
    loading ??= load();
    return await metrics.render(await within(patienceMs, loading));
  };
}

/** `undefined` where it takes longer: it goes on, for whoever asks next. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return await Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
