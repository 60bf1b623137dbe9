import type { FlowScope } from '../../contract/flow-scope.ts';

export interface SearchWish {
  /** A whole value: a key, an id at the target, a value of a record; or a number, or a part of the name of a flow. */
  readonly text: string;
  readonly flows: FlowScope;
  /** So many of each kind at most. */
  readonly limit: number;
}

/** What was found of one kind. */
export interface FoundSome<Item> {
  readonly count: number;
  /** There are more: not all was looked through. */
  readonly isCut?: true;
  readonly items: readonly Item[];
}
