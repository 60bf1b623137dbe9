import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { createProcessSeries, type ProcessSeries } from './process-series.ts';
import { createStateSeries, type StateFigures } from './state-series.ts';

/** The figures of one process, as Prometheus reads them. Labels are names of flows and connections, and words of a list. */
export interface Metrics extends ProcessSeries {
  /** The page. `undefined`: the database could not be asked. */
  render(figures: StateFigures | undefined): Promise<MetricsPage>;
}

export interface MetricsPage {
  readonly contentType: string;
  readonly text: string;
}

export interface MetricsTools {
  readonly version: string;
  /** How the process uses its connections to the database, at this moment. */
  readonly poolUse: () => PoolUse;
}

/** Connections to the database of one process, and how many statements wait for one. */
export interface PoolUse {
  readonly busy: number;
  readonly idle: number;
  readonly waiting: number;
}

/** Begins to measure the process itself: its memory, its CPU time, how late its event loop is. */
export function createMetrics({ version, poolUse }: MetricsTools): Metrics {
  const registry = new Registry();
  const own = processRegistry();
  declareBuild(registry, version);
  declarePool(registry, poolUse);
  const ofProcess = createProcessSeries(registry);
  const ofState = createStateSeries(registry);
  return {
    ...ofProcess,
    render: async (figures) => {
      ofState.show(figures);
      // Both begin with what was just shown: another page that is asked for meanwhile changes nothing about this one.
      const texts = await Promise.all([own.metrics(), registry.metrics()]);
      return { contentType: registry.contentType, text: texts.join('\n') };
    },
  };
}

let ofThisProcess: Registry | undefined;

/** Memory, CPU time, how late the event loop is: there is one process, so this is measured once. */
function processRegistry(): Registry {
  if (ofThisProcess === undefined) {
    ofThisProcess = new Registry();
    collectDefaultMetrics({ register: ofThisProcess });
  }
  return ofThisProcess;
}

function declareBuild(registry: Registry, version: string): void {
  new Gauge({
    name: 'tradelane_build_info',
    help: 'Always 1; which version of Tradelane runs on which Node',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version, node: process.version }, 1);
}

function declarePool(registry: Registry, poolUse: () => PoolUse): void {
  new Gauge({
    name: 'tradelane_database_connections',
    help: 'Connections of this process to the database, by whether they are in use',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { busy, idle } = poolUse();
      this.set({ state: 'busy' }, busy);
      this.set({ state: 'idle' }, idle);
    },
  });
  new Gauge({
    name: 'tradelane_database_waiting',
    help: 'Statements of this process that wait for a connection to the database',
    registers: [registry],
    collect() {
      this.set(poolUse().waiting);
    },
  });
}
