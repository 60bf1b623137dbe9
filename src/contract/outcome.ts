/** What became of one record in one run. Every record read has exactly one, or is still pending. */
export const outcomes = ['delivered', 'unchanged', 'filtered', 'superseded', 'blocked', 'failed'] as const;

export type Outcome = (typeof outcomes)[number];

/** The stage of the line at which a record failed. The same words stand in columns, logs and screens. */
export type LineStep = 'read' | 'filter' | 'map' | 'validate' | 'compare' | 'write' | 'record';

/** `read = delivered + unchanged + filtered + superseded + blocked + failed + pending`, always. */
export interface Counts {
  readonly read: number;
  readonly delivered: number;
  readonly unchanged: number;
  readonly filtered: number;
  readonly superseded: number;
  readonly blocked: number;
  readonly failed: number;
  readonly pending: number;
}

/** By how much counts have changed. What was blocked and is not any more changes by less than 0. */
export type RecordCounts = Readonly<Partial<Record<Outcome | 'read', number>>>;

export const noCounts: Counts = {
  read: 0,
  delivered: 0,
  unchanged: 0,
  filtered: 0,
  superseded: 0,
  blocked: 0,
  failed: 0,
  pending: 0,
};

/** A run that does not balance is red. */
export function isBalanced(counts: Counts): boolean {
  return counts.read === counts.pending + outcomes.reduce((sum, outcome) => sum + counts[outcome], 0);
}
