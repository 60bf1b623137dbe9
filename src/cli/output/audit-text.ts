import type { AuditEntry } from '../../store/audit/list-entries.ts';

const past: Readonly<Record<AuditEntry['deed'], string>> = {
  run: 'started',
  replay: 'replayed',
  'make set': 'made',
  'pause set': 'paused',
  'resume set': 'resumed',
  'stop set': 'stopped',
  approve: 'approved',
  reject: 'rejected',
  'take out': 'taken out',
  resolve: 'resolved',
  discard: 'discarded',
  reopen: 'reopened',
  'accept drift': 'accepted',
  'resolve drift': 'resolved',
  'set id': 'set',
  'forget ids': 'forgotten',
  assign: 'assigned',
  tag: 'tagged',
  comment: 'commented',
  mute: 'muted',
  unmute: 'made loud again',
};

/** `approved by anna at 2026-11-29T02:10:00.000Z (checked)` */
export function auditText({ deed, by, at, run, reason, flowOf, from }: AuditEntry): string {
  const where = deed === 'replay' && run !== undefined ? ` in run ${run}` : '';
  const why = reason === undefined ? '' : ` (${reason})`;
  const way = `${flowOf === 'then' ? ', under the flow of then' : ''}${from === 'stage' ? ', from the stage that failed' : ''}`;
  return `${past[deed]} by ${whoText(by)} at ${at.toISOString()}${where}${way}${why}`;
}

export function pastDeed(deed: AuditEntry['deed']): string {
  return past[deed];
}

/** What was decided before anybody was noted, or over an older version, has no name. */
export function whoText(by: string | null): string {
  return by ?? 'somebody whose name is not known';
}
