import { auditDeeds } from '../../contract/audit-deeds.ts';
import type { AuditEntry } from '../../store/audit/list-entries.ts';

/** An entry as the database has it, or as a document of the API does. */
type ToldEntry = Omit<AuditEntry, 'at' | 'deed'> & { readonly at: Date | string; readonly deed: string };

/** `approved by anna at 2026-11-29T02:10:00.000Z (checked)` */
export function auditText({ deed, by, at, run, reason, flowOf, from }: ToldEntry): string {
  const where = deed === 'replay' && run !== undefined ? ` in run ${run}` : '';
  const why = reason === undefined ? '' : ` (${reason})`;
  const way = `${flowOf === 'then' ? ', under the flow of then' : ''}${from === 'stage' ? ', from the stage that failed' : ''}`;
  return `${pastDeed(deed)} by ${whoText(by)} at ${new Date(at).toISOString()}${where}${way}${why}`;
}

/** A server of a later version may know more deeds. */
export function pastDeed(deed: string): string {
  return (auditDeeds as Readonly<Record<string, string | undefined>>)[deed] ?? deed;
}

/** What was decided before anybody was noted, or over an older version, has no name. */
export function whoText(by: string | null): string {
  return by ?? 'somebody whose name is not known';
}
