import { type FlowScope, isInScope } from '../../contract/flow-scope.ts';
import type { Pause } from '../../store/waiting/pauses.ts';
import type { BulkDocument } from '../bulks/bulk-document.ts';
import type { ListedRun } from '../runs/list-runs.ts';

/** Something that has changed, as it is told to whoever looks on. */
export type LiveEvent =
  /** It began, got on, or ended. */
  | { readonly event: 'run'; readonly run: ListedRun }
  /** The open errors of a flow have been counted anew. */
  | { readonly event: 'errors'; readonly flow: string; readonly open: number }
  | { readonly event: 'bulk'; readonly bulk: Omit<BulkDocument, 'patch'> }
  /** The files of a flow: new ones are in effect, or it is gone. */
  | { readonly event: 'flow'; readonly flow: string; readonly change: 'taken' | 'gone' }
  | { readonly event: 'pause'; readonly pause: Pause; readonly isOver: boolean };

/** An event, and the flows that it is about. */
export interface LiveNews {
  readonly event: LiveEvent;
  readonly flows: readonly string[];
  /** Is it for whoever sees any of the flows, or only for who sees all of them? */
  readonly isFor: 'any' | 'all';
}

export function isNewsFor({ flows, isFor }: LiveNews, scope: FlowScope): boolean {
  if (scope === 'all') return true;
  const isSeen = (flow: string) => isInScope(scope, flow);
  // What belongs to no flow is for who sees all of them.
  return flows.length > 0 && (isFor === 'any' ? flows.some(isSeen) : flows.every(isSeen));
}
