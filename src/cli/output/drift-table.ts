import { isOpenDrift } from '../../app/drift/drifts.ts';
import type { DriftAnswer } from '../../contract/generated/endpoints.ts';
import { auditText } from './audit-text.ts';
import { formatTable } from './print.ts';

export function driftTable(drifts: readonly DriftAnswer[], width: number | undefined): string {
  // Of those that are open, only some were resolved before, and came again.
  const hasDecided = drifts.some(({ audit }) => audit !== undefined);
  const hasClosed = drifts.some((drift) => !isOpenDrift(drift));
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
    ...(hasClosed ? [{ title: 'state' }] : []),
    ...(hasDecided ? [{ title: 'decided' }] : []),
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
      drift.lastAt.slice(0, 19).replace('T', ' '),
      String(drift.run),
      ...(hasClosed ? [drift.state] : []),
      ...(hasDecided ? [drift.audit?.map(auditText).at(-1) ?? '-'] : []),
    ]),
    width,
  );
}
