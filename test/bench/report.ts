import Table from 'cli-table3';
import type { ContenderName } from './contenders/contenders.ts';
import type { WorkloadName } from './workloads.ts';

/** One contender with one workload, once. */
export interface Sample {
  readonly contender: ContenderName;
  readonly workload: WorkloadName;
  readonly latencyMs: number;
  /** From the start of its process to the end: starting counts. */
  readonly recordsPerSecond: number;
  /** From the start of its reading to the last outcome. */
  readonly runningPerSecond: number;
  /** From the start of its process to the first write that came; absent where nothing is written. */
  readonly firstWriteMs: number | undefined;
  readonly cpuSeconds: number;
  /** Of PostgreSQL and Redis meanwhile. */
  readonly storeCpuSeconds: number;
  readonly peakMb: number;
  readonly storePeakMb: number;
}

type Measure = Exclude<keyof Sample, 'contender' | 'workload' | 'latencyMs' | 'firstWriteMs'>;

/** Medians over the repetitions, and the engine's rates over those of another: medians of the ratios of each repetition. */
export interface Row extends Sample {
  readonly engineRatio: number | undefined;
  readonly engineRunningRatio: number | undefined;
}

export function summarize(repetitions: readonly (readonly Sample[])[]): readonly Row[] {
  return (repetitions[0] ?? []).map((first, index) => {
    const same = repetitions.flatMap((samples) => samples[index] ?? []);
    const middle = (measure: Measure) => median(same.map((sample) => sample[measure]));
    const firstWrites = same.flatMap(({ firstWriteMs }) => firstWriteMs ?? []);
    const ratio = (measure: Measure) =>
      first.contender === 'engine' ? undefined : median(ratiosOf(repetitions, index, measure));
    return {
      ...first,
      recordsPerSecond: middle('recordsPerSecond'),
      runningPerSecond: middle('runningPerSecond'),
      firstWriteMs: firstWrites.length === 0 ? undefined : median(firstWrites),
      cpuSeconds: middle('cpuSeconds'),
      storeCpuSeconds: middle('storeCpuSeconds'),
      peakMb: middle('peakMb'),
      storePeakMb: middle('storePeakMb'),
      engineRatio: ratio('recordsPerSecond'),
      engineRunningRatio: ratio('runningPerSecond'),
    };
  });
}

function ratiosOf(
  repetitions: readonly (readonly Sample[])[],
  index: number,
  measure: Measure,
): readonly number[] {
  return repetitions.flatMap((samples) => {
    const other = samples[index];
    const engine = samples.find(
      ({ contender, ...at }) => contender === 'engine' && other !== undefined && isSame(at, other),
    );
    return engine && other ? [engine[measure] / other[measure]] : [];
  });
}

const columns = [
  'workload',
  'target',
  'contender',
  'records/s',
  'engine is',
  'running/s',
  'engine is',
  'first, s',
  'CPU s',
  'store CPU s',
  'peak MB',
  'store MB',
];

export function formatRows(rows: readonly Row[]): string {
  const table = new Table({
    head: columns,
    colAligns: columns.map((name) => (name === 'workload' || name === 'contender' ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  const times = (ratio: number | undefined) => (ratio === undefined ? '' : `${ratio.toFixed(2)} ×`);
  for (const row of rows) {
    table.push([
      row.workload,
      `${row.latencyMs} ms`,
      row.contender,
      row.recordsPerSecond.toFixed(0),
      times(row.engineRatio),
      row.runningPerSecond.toFixed(0),
      times(row.engineRunningRatio),
      row.firstWriteMs === undefined ? '' : (row.firstWriteMs / 1_000).toFixed(2),
      row.cpuSeconds.toFixed(1),
      row.storeCpuSeconds.toFixed(1),
      row.peakMb.toFixed(0),
      row.storePeakMb.toFixed(0),
    ]);
  }
  return table.toString();
}

type At = Pick<Sample, 'workload' | 'latencyMs'>;

function isSame(one: At, other: At): boolean {
  return one.workload === other.workload && one.latencyMs === other.latencyMs;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
