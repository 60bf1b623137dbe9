import type { Drift } from '../../store/shapes/drifts.ts';
import { formatTable } from './print.ts';

export function driftTable(drifts: readonly Drift[], width: number | undefined): string {
  const figure = (title: string) => ({ title, align: 'right' as const });
  const columns = [
    { ...figure('id'), isName: true as const },
    { title: 'flow' },
    { title: 'where' },
    { title: 'field' },
    { title: 'drift' },
    { title: 'expected' },
    { title: 'got' },
    { title: 'sample' },
    figure('records'),
    { title: 'last' },
    figure('run'),
  ];
  return formatTable(
    columns,
    drifts.map((drift) => [
      String(drift.id),
      drift.flow,
      `${drift.connection}.${drift.resource}${drift.entity === '' ? '' : ` as ${drift.entity}`}`,
      drift.path === '' ? '-' : drift.path,
      drift.kind,
      drift.expected,
      drift.got,
      drift.sample ?? '-',
      String(drift.count),
      drift.lastAt.toISOString().slice(0, 19).replace('T', ' '),
      String(drift.run),
    ]),
    width,
  );
}
