import { Counter, Histogram, type Registry } from 'prom-client';
import type { ConnectionWatch } from '../../contract/connection-watch.ts';
import { outcomes } from '../../contract/outcome.ts';
import type { EngineLog } from '../engine-log.ts';

/** What one process has counted itself since it began: over several processes, these are to be summed. */
export interface ProcessSeries {
  /** Is told of every request of a connection. */
  watchConnection(name: string): ConnectionWatch;
  /** The same log, with its events counted on the way. */
  countEvents(log: EngineLog): EngineLog;
  /** Of these flows there are counters at 0: the first record of a flow would be no increase otherwise. */
  begin(flows: Iterable<string>): void;
}

export function createProcessSeries(registry: Registry): ProcessSeries {
  const series = declareSeries(registry);
  return {
    watchConnection: (connection) => ({
      attempted: (operation, result, ms) =>
        series.attempts.observe({ connection, operation, result }, ms / 1_000),
      waited: (ms) => series.waits.inc({ connection }, ms / 1_000),
    }),
    countEvents: (log) => ({
      ...log,
      recordsCounted: ({ flow }, counts) => {
        const { read = 0 } = counts;
        if (read > 0) series.read.inc({ flow }, read);
        for (const outcome of outcomes) {
          const by = counts[outcome] ?? 0;
          if (by > 0) series.records.inc({ flow, outcome }, by);
        }
      },
      runSettled: (at, counts) => {
        series.runs.inc({ flow: at.flow, status: at.status });
        log.runSettled(at, counts);
      },
      tickSkipped: (at) => {
        series.runs.inc({ flow: at.flow, status: 'skipped' });
        log.tickSkipped(at);
      },
    }),
    begin: (flows) => {
      for (const flow of flows) {
        series.read.inc({ flow }, 0);
        for (const outcome of outcomes) series.records.inc({ flow, outcome }, 0);
        for (const status of endings) series.runs.inc({ flow, status }, 0);
      }
    },
  };
}

/** How a run can end. */
const endings = ['succeeded', 'errors', 'failed', 'skipped'] as const;

/** From what a system nearby takes to what is given up. */
const attemptBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

function declareSeries(registry: Registry) {
  const registers = [registry];
  return {
    read: new Counter({
      name: 'tradelane_records_read_total',
      help: 'Records that this process has read from sources, or sent again in replays',
      labelNames: ['flow'],
      registers,
    }),
    records: new Counter({
      name: 'tradelane_records_total',
      help: 'Records to which this process has given an outcome; one that was blocked counts again when it ends',
      labelNames: ['flow', 'outcome'],
      registers,
    }),
    runs: new Counter({
      name: 'tradelane_runs_ended_total',
      help: 'Runs that this process has brought to their end, and ticks that it has skipped',
      labelNames: ['flow', 'status'],
      registers,
    }),
    attempts: new Histogram({
      name: 'tradelane_attempt_seconds',
      help: 'How long systems took to answer a request of this process, or a call of a connector in code, by how it went',
      labelNames: ['connection', 'operation', 'result'],
      buckets: attemptBuckets,
      registers,
    }),
    waits: new Counter({
      name: 'tradelane_limit_wait_seconds_total',
      help: 'How long requests of this process have waited for the limits of a connection, or for a pause that it asked for',
      labelNames: ['connection'],
      registers,
    }),
  };
}
