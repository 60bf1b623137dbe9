import { type Counts, outcomes } from '../../contract/outcome.ts';
import type { Run } from '../../store/runs/runs.ts';
import type { Column } from './print.ts';

/** A run as `--json` prints it. */
export interface RunDocument {
  readonly run: number;
  readonly flow: string;
  /** `waiting`: what is left cannot go on before something outside changes or a retry is due. */
  readonly status: Run['status'] | 'waiting';
  readonly counts: Counts;
  /** Of those unchanged: records that failed as they had before, whose errors are open still. */
  readonly stillOpen?: number;
  readonly durationMs: number;
  readonly fault?: { readonly code: string; readonly message: string };
}

export function toRunDocument(run: Run, now: number, waiting?: RunDocument['fault']): RunDocument {
  const end = run.endedAt?.getTime() ?? now;
  const fault = run.fault ?? waiting;
  return {
    run: run.id,
    flow: run.flow,
    status: waiting && run.status === 'running' ? 'waiting' : run.status,
    counts: run.counts,
    ...(run.stillOpen > 0 && { stillOpen: run.stillOpen }),
    durationMs: Math.max(0, end - (run.startedAt ?? run.createdAt).getTime()),
    ...(fault && { fault: { code: fault.code, message: fault.message } }),
  };
}

const countNames = ['read', ...outcomes, 'pending'] as const;

export const runColumns: readonly Column[] = [
  { title: 'flow' },
  { title: 'status' },
  ...countNames.map((title) => ({ title, align: 'right' as const, mayBeLeftOut: true as const })),
  { title: 'time', align: 'right' },
];

export function runRow(run: RunDocument): readonly string[] {
  return [
    run.flow,
    run.status,
    ...countNames.map((name) => String(run.counts[name])),
    seconds(run.durationMs),
  ];
}

export function seconds(ms: number): string {
  return ms < 60_000
    ? `${(ms / 1_000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** `read 500  delivered 312  pending 188`: what is not zero. */
export function countsLine(counts: Counts): string {
  return countNames
    .filter((name) => name === 'read' || counts[name] > 0)
    .map((name) => `${name} ${counts[name]}`)
    .join('  ');
}
