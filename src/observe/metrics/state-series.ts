import { Counter, Gauge, type Registry } from 'prom-client';

/** What the database knows, as of one moment: the same in every process. */
export interface StateFigures {
  readonly flows: readonly FlowFigures[];
  readonly pending: readonly PendingFigure[];
  /** Staged batches of each flow. */
  readonly batches: readonly { readonly flow: string; readonly batches: number }[];
  /** Runs that are not over. */
  readonly openRuns: readonly { readonly flow: string; readonly status: string; readonly runs: number }[];
  /** Of every connection of the workspace, and of those that are away. */
  readonly circuits: readonly { readonly connection: string; readonly state: CircuitState }[];
  readonly unbalancedRuns: number;
  /** Processes of an engine that live. */
  readonly processes: readonly { readonly role: string; readonly alive: number }[];
}

export type CircuitState = 'closed' | 'open' | 'probing';

export interface FlowFigures {
  readonly flow: string;
  /** Since its source was last read to its end; absent: that has not happened yet. */
  readonly lagSeconds?: number;
  /** Seconds since 1970. */
  readonly succeededAt?: number;
  /** Since the first tick of its schedule that has not brought what it should have; 0: on time. */
  readonly behindSeconds: number;
  /** A person lets it, or a connection of it, stand still. */
  readonly isPaused: boolean;
  readonly openErrors: number;
  readonly mutedErrors: number;
  /** What it needs a person for, by kind: each of `needKinds` is 0 or 1. */
  readonly needs: Readonly<Record<string, 0 | 1>>;
}

export interface PendingFigure {
  readonly flow: string;
  readonly state: string;
  readonly records: number;
  readonly oldestSeconds: number;
}

export interface StateSeries {
  /** Puts the figures of now in place of the last ones; `undefined`: the database could not be asked. */
  show(figures: StateFigures | undefined): void;
}

export function createStateSeries(registry: Registry): StateSeries {
  const series = declareSeries(registry);
  return {
    show: (figures) => {
      for (const each of Object.values(series)) each.reset();
      series.databaseUp.set(figures === undefined ? 0 : 1);
      if (figures === undefined) {
        // Nothing is known of it: to show the last value would be to claim it, and 0 would be a lie.
        series.unbalanced.remove();
        return;
      }
      showFlows(series, figures);
      showWork(series, figures);
    },
  };
}

type Series = ReturnType<typeof declareSeries>;

function showFlows(series: Series, { flows }: StateFigures): void {
  for (const { flow, lagSeconds, succeededAt, needs, ...figures } of flows) {
    if (lagSeconds !== undefined) series.lag.set({ flow }, lagSeconds);
    if (succeededAt !== undefined) series.succeeded.set({ flow }, succeededAt);
    series.behind.set({ flow }, figures.behindSeconds);
    series.paused.set({ flow }, figures.isPaused ? 1 : 0);
    series.openErrors.set({ flow }, figures.openErrors);
    series.mutedErrors.set({ flow }, figures.mutedErrors);
    for (const [kind, is] of Object.entries(needs)) series.needs.set({ flow, kind }, is);
  }
}

const circuitValues: Readonly<Record<CircuitState, number>> = { closed: 0, open: 1, probing: 2 };

function showWork(series: Series, figures: StateFigures): void {
  for (const { flow, state, records, oldestSeconds } of figures.pending) {
    series.pending.set({ flow, state }, records);
    series.oldest.set({ flow, state }, oldestSeconds);
  }
  for (const { flow, batches } of figures.batches) series.depth.set({ flow }, batches);
  for (const { flow, status, runs } of figures.openRuns) series.runs.set({ flow, status }, runs);
  for (const { connection, state } of figures.circuits)
    series.circuits.set({ connection }, circuitValues[state]);
  for (const { role, alive } of figures.processes) series.processes.set({ role }, alive);
  series.unbalanced.inc(figures.unbalancedRuns);
}

/** Names without the `tradelane_` that all of them have, what they are, and by what they are told apart. */
const gauges = {
  databaseUp: ['database_up', '1 where the database could be asked for this page, else 0', []],
  lag: ['source_lag_seconds', 'Since a run has last read all that was new at the source of a flow', ['flow']],
  succeeded: [
    'last_success_timestamp_seconds',
    'When a run of the flow last got through with every record',
    ['flow'],
  ],
  behind: [
    'schedule_lag_seconds',
    'Since the first tick of the schedule that has not brought what it should have; 0: on time',
    ['flow'],
  ],
  paused: ['flow_paused', '1 where a person lets the flow, or a connection of it, stand still', ['flow']],
  openErrors: [
    'open_errors',
    'Records that have failed and are not settled, muted ones among them',
    ['flow'],
  ],
  mutedErrors: ['muted_errors', 'Open errors that nobody has to see to for now', ['flow']],
  needs: ['flow_needs', '1 where the flow needs a person, by what for, else 0', ['flow', 'kind']],
  pending: ['pending_records', 'Records that wait, by what for', ['flow', 'state']],
  oldest: ['oldest_pending_seconds', 'How long the oldest record that waits has waited', ['flow', 'state']],
  depth: ['queue_depth', 'Staged batches that no lane has come to yet', ['flow']],
  runs: ['runs', 'Runs that are not over', ['flow', 'status']],
  circuits: [
    'circuit_state',
    '0: closed, requests go; 1: open, the system is away; 2: a probe is on its way',
    ['connection'],
  ],
  processes: ['processes', 'Processes of an engine that live, by what they do', ['role']],
} as const satisfies Record<string, readonly [name: string, help: string, labelNames: readonly string[]]>;

function declareSeries(registry: Registry) {
  const registers = [registry];
  const declared = Object.entries(gauges).map(([key, [name, help, labelNames]]) => {
    const gauge = new Gauge<string>({
      name: `tradelane_${name}`,
      help,
      labelNames: [...labelNames],
      registers,
    });
    return [key, gauge] as const;
  });
  const unbalanced = new Counter({
    name: 'tradelane_unbalanced_runs_total',
    help: 'Runs whose records did not add up',
    registers,
  });
  return {
    ...(Object.fromEntries(declared) as Record<keyof typeof gauges, Gauge>),
    unbalanced,
  };
}
