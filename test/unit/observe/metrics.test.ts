import { expect, it } from 'vitest';
import { noCounts } from '../../../src/contract/outcome.ts';
import { createEngineLog } from '../../../src/observe/engine-log.ts';
import { createLogger } from '../../../src/observe/logger.ts';
import { createMetrics, type Metrics } from '../../../src/observe/metrics/metrics.ts';
import type { StateFigures } from '../../../src/observe/metrics/state-series.ts';

const events = createEngineLog(createLogger('silent', process.stderr));

function open(): Metrics {
  return createMetrics({ version: '1.2.3', poolUse: () => ({ busy: 2, idle: 3, waiting: 1 }) });
}

/** The samples of the page whose names begin so, in its order. */
async function samples(metrics: Metrics, prefix: string, figures?: StateFigures): Promise<readonly string[]> {
  const { text } = await metrics.render(figures);
  return text.split('\n').filter((line) => line.startsWith(prefix));
}

const figures: StateFigures = {
  flows: [
    {
      flow: 'orders',
      lagSeconds: 12,
      succeededAt: 1_800_000_000,
      behindSeconds: 0,
      isPaused: true,
      openErrors: 3,
      mutedErrors: 1,
      needs: { errors: 1, held: 0 },
    },
  ],
  pending: [{ flow: 'orders', state: 'blocked', records: 4, oldestSeconds: 90 }],
  batches: [{ flow: 'orders', batches: 2 }],
  openRuns: [{ flow: 'orders', status: 'running', runs: 1 }],
  circuits: [
    { connection: 'erp', state: 'open' },
    { connection: 'shop', state: 'closed' },
    { connection: 'crm', state: 'probing' },
  ],
  unbalancedRuns: 1,
  processes: [{ role: 'worker', alive: 2 }],
};

it('counts records by outcome, and never down: what is not blocked any more has ended as something else', async () => {
  const metrics = open();
  const log = metrics.countEvents(events);
  log.recordsCounted({ flow: 'orders' }, { read: 10, delivered: 7, blocked: 2 });
  log.recordsCounted({ flow: 'orders' }, { delivered: 2, blocked: -2 });
  expect(await samples(metrics, 'tradelane_records')).toEqual([
    'tradelane_records_read_total{flow="orders"} 10',
    'tradelane_records_total{flow="orders",outcome="delivered"} 9',
    'tradelane_records_total{flow="orders",outcome="blocked"} 2',
  ]);
});

it('begins at 0 for every outcome of a flow, so that the first record is an increase', async () => {
  const metrics = open();
  metrics.begin(['orders']);
  metrics.countEvents(events).recordsCounted({ flow: 'orders' }, { failed: 1 });
  metrics.begin(['orders']);
  expect(await samples(metrics, 'tradelane_records_total')).toEqual([
    'tradelane_records_total{flow="orders",outcome="delivered"} 0',
    'tradelane_records_total{flow="orders",outcome="unchanged"} 0',
    'tradelane_records_total{flow="orders",outcome="filtered"} 0',
    'tradelane_records_total{flow="orders",outcome="superseded"} 0',
    'tradelane_records_total{flow="orders",outcome="blocked"} 0',
    'tradelane_records_total{flow="orders",outcome="failed"} 1',
  ]);
});

it('counts how runs ended, and ticks that were skipped', async () => {
  const metrics = open();
  const log = metrics.countEvents(events);
  log.runSettled({ run: 1, flow: 'orders', status: 'errors' }, noCounts);
  log.tickSkipped({ flow: 'orders', tick: '2026-11-29T10:00:00Z' });
  expect(await samples(metrics, 'tradelane_runs_ended_total')).toEqual([
    'tradelane_runs_ended_total{flow="orders",status="errors"} 1',
    'tradelane_runs_ended_total{flow="orders",status="skipped"} 1',
  ]);
});

it('measures requests and waits of a connection', async () => {
  const metrics = open();
  const watch = metrics.watchConnection('erp');
  watch.attempted('create', 'ok', 80);
  watch.attempted('create', 'throttled', 20);
  watch.waited(1_500);
  expect(await samples(metrics, 'tradelane_attempt_seconds_count')).toEqual([
    'tradelane_attempt_seconds_count{connection="erp",operation="create",result="ok"} 1',
    'tradelane_attempt_seconds_count{connection="erp",operation="create",result="throttled"} 1',
  ]);
  expect(await samples(metrics, 'tradelane_attempt_seconds_bucket{le="0.1"')).toEqual([
    'tradelane_attempt_seconds_bucket{le="0.1",connection="erp",operation="create",result="ok"} 1',
    'tradelane_attempt_seconds_bucket{le="0.1",connection="erp",operation="create",result="throttled"} 1',
  ]);
  expect(await samples(metrics, 'tradelane_limit_wait')).toEqual([
    'tradelane_limit_wait_seconds_total{connection="erp"} 1.5',
  ]);
});

it('shows what the database knows as it is now: what has gone is not shown any more', async () => {
  const metrics = open();
  const stateOf = async (state: StateFigures | undefined) =>
    (await samples(metrics, 'tradelane_', state)).filter((line) => !/database_(conn|wait)|build/.test(line));
  expect(await stateOf(figures)).toEqual([
    'tradelane_database_up 1',
    'tradelane_source_lag_seconds{flow="orders"} 12',
    'tradelane_last_success_timestamp_seconds{flow="orders"} 1800000000',
    'tradelane_schedule_lag_seconds{flow="orders"} 0',
    'tradelane_flow_paused{flow="orders"} 1',
    'tradelane_open_errors{flow="orders"} 3',
    'tradelane_muted_errors{flow="orders"} 1',
    'tradelane_flow_needs{flow="orders",kind="errors"} 1',
    'tradelane_flow_needs{flow="orders",kind="held"} 0',
    'tradelane_pending_records{flow="orders",state="blocked"} 4',
    'tradelane_oldest_pending_seconds{flow="orders",state="blocked"} 90',
    'tradelane_queue_depth{flow="orders"} 2',
    'tradelane_runs{flow="orders",status="running"} 1',
    'tradelane_circuit_state{connection="erp"} 1',
    'tradelane_circuit_state{connection="shop"} 0',
    'tradelane_circuit_state{connection="crm"} 2',
    'tradelane_processes{role="worker"} 2',
    'tradelane_unbalanced_runs_total 1',
  ]);
  expect(
    await stateOf({ ...figures, flows: [], pending: [], batches: [], openRuns: [], circuits: [] }),
  ).toEqual([
    'tradelane_database_up 1',
    'tradelane_processes{role="worker"} 2',
    'tradelane_unbalanced_runs_total 1',
  ]);
  expect(await stateOf(undefined)).toEqual(['tradelane_database_up 0']);
});

it('says what the process is and how it is', async () => {
  const { text, contentType } = await open().render(undefined);
  expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(text).toContain(`tradelane_build_info{version="1.2.3",node="${process.version}"} 1`);
  expect(text).toContain('tradelane_database_connections{state="busy"} 2');
  expect(text).toContain('tradelane_database_waiting 1');
  for (const name of [
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
    'nodejs_gc_duration',
  ])
    expect(text).toContain(name);
});
