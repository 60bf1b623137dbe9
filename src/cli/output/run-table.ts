import type { RunDocument } from '../../app/runs/run-document.ts';
import { type Counts, outcomes } from '../../contract/outcome.ts';
import type { Column } from './print.ts';

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

export function progressLine(run: RunDocument): string {
  return `${run.flow}  ${countsLine(run.counts)}`;
}
