import type { FaultKind } from './fault-table.ts';

/** What a request, or a call of a connector in code, was for. */
export type WatchedOperation = 'read' | 'find' | 'create' | 'update' | 'upsert' | 'delete';

/** How it went: the kind of the fault that it ended with, if it did. */
export type AttemptResult = 'ok' | FaultKind;

/**
 * Is told what one connection does, for figures about it: numbers and words of a fixed list. Called for every request,
 * so it must be quick, and must not throw.
 */
export interface ConnectionWatch {
  /** One try is over, `ms` after it was sent; tries that were given up from our side are not told. */
  attempted(operation: WatchedOperation, result: AttemptResult, ms: number): void;
  /** A request has waited so long for the limits of the connection, or for a pause that its system had asked for. */
  waited(ms: number): void;
}
