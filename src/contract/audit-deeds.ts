/** What a person can decide, each with what is said of it when it is done. A new one needs no more than its line here. */
export const auditDeeds = {
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
  pause: 'paused',
  resume: 'resumed',
  erase: 'erased',
} as const;

export type AuditDeed = keyof typeof auditDeeds;
