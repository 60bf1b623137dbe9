import { auditDeeds } from '../../contract/audit-deeds.ts';
import type { AuditEntry } from '../../store/audit/list-entries.ts';

/** `approved by anna at 2026-11-29T02:10:00.000Z (checked)` */
export function auditText({ deed, by, at, run, reason, flowOf, from }: AuditEntry): string {
  const where = deed === 'replay' && run !== undefined ? ` in run ${run}` : '';
  const why = reason === undefined ? '' : ` (${reason})`;
  const way = `${flowOf === 'then' ? ', under the flow of then' : ''}${from === 'stage' ? ', from the stage that failed' : ''}`;
  return `${pastDeed(deed)} by ${whoText(by)} at ${at.toISOString()}${where}${way}${why}`;
}

export function pastDeed(deed: AuditEntry['deed']): string {
  return auditDeeds[deed];
}

/** What was decided before anybody was noted, or over an older version, has no name. */
export function whoText(by: string | null): string {
  return by ?? 'somebody whose name is not known';
}
