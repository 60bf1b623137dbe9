import type { Logger } from '../../observe/logger.ts';
import type { Metrics, MetricsPage } from '../../observe/metrics/metrics.ts';
import type { Runtime } from '../engine/runtime.ts';
import { createMetricsPages } from '../metrics/metrics-page.ts';
import { databaseOf } from '../open/open-database.ts';
import type { Surroundings } from '../surroundings.ts';
import { checkLife, checkReadiness, type Health } from './readiness.ts';

/** What those ask of a process who look after it. */
export interface Probes {
  /** Lives it? */
  life(): Promise<Health>;
  /** Can what is asked of it be done? */
  readiness(): Promise<Health>;
  metrics(): Promise<MetricsPage>;
}

/** Anybody may ask: however many do, the database is asked once in so long. */
const freshMs = 1_000;

export function createProbes(
  { clock, stop }: Surroundings,
  { runtime, metrics, log }: { readonly runtime: Runtime; readonly metrics: Metrics; readonly log: Logger },
): Probes {
  const { engine, plans, proveQueue } = runtime;
  const now = () => clock.now();
  const look = () =>
    checkReadiness({ db: engine.db, proveQueue, workspace: () => plans.workspace(), stop, now });
  let last:
    | { readonly at: number; readonly wasStopping: boolean; readonly health: Promise<Health> }
    | undefined;
  return {
    life: () => checkLife(now),
    readiness: () => {
      const at = performance.now();
      // That it is to stop is told at once.
      if (last === undefined || at - last.at >= freshMs || last.wasStopping !== stop.aborted)
        last = { at, wasStopping: stop.aborted, health: look() };
      return last.health;
    },
    metrics: createMetricsPages({ metrics, open: databaseOf(runtime), log }),
  };
}
