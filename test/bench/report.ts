import Table from 'cli-table3';
import type { ContenderName } from './contenders.ts';
import type { WorkloadName } from './workloads.ts';

/** One contender with one workload, once. */
export interface Sample {
  readonly contender: ContenderName;
  readonly workload: WorkloadName;
  readonly latencyMs: number;
  readonly recordsPerSecond: number;
  readonly cpuSeconds: number;
  /** Of PostgreSQL and Redis meanwhile. */
  readonly storeCpuSeconds: number;
  readonly peakMb: number;
}

/** Medians over the repetitions, and the engine's rate over another's: the median of the ratios of each repetition. */
export interface Row extends Sample {
  readonly engineRatio: number | undefined;
}

export function summarize(repetitions: readonly (readonly Sample[])[]): readonly Row[] {
  return (repetitions[0] ?? []).map((first, index) => {
    const same = repetitions.flatMap((samples) => samples[index] ?? []);
    const ratios = repetitions.flatMap((samples) => {
      const engine = samples.find(({ contender, ...at }) => contender === 'engine' && isSame(at, first));
      const other = samples[index];
      return engine && other ? [engine.recordsPerSecond / other.recordsPerSecond] : [];
    });
    return {
      ...first,
      recordsPerSecond: Math.round(median(same.map((sample) => sample.recordsPerSecond))),
      cpuSeconds: rounded(median(same.map((sample) => sample.cpuSeconds))),
      storeCpuSeconds: rounded(median(same.map((sample) => sample.storeCpuSeconds))),
      peakMb: Math.round(median(same.map((sample) => sample.peakMb))),
      engineRatio: first.contender === 'engine' ? undefined : rounded(median(ratios)),
    };
  });
}

export function formatRows(rows: readonly Row[]): string {
  const table = new Table({
    head: ['workload', 'target', 'contender', 'records/s', 'engine is', 'CPU s', 'store CPU s', 'peak MB'],
    colAligns: ['left', 'right', 'left', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  const times = (ratio: number | undefined) => (ratio === undefined ? '' : `${ratio.toFixed(2)} ×`);
  for (const row of rows) {
    const { workload, latencyMs, contender, recordsPerSecond, engineRatio, peakMb } = row;
    const cpu = [row.cpuSeconds, row.storeCpuSeconds].map((seconds) => seconds.toFixed(1));
    table.push([
      workload,
      `${latencyMs} ms`,
      contender,
      String(recordsPerSecond),
      times(engineRatio),
      ...cpu,
      String(peakMb),
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

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
