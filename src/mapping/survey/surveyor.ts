import type { Node } from '../node.ts';
import type { SurveyNotes } from './notes.ts';
import type { Closure, SurveyScope, Value } from './value.ts';

/** The tree has more kinds of members than the compiler needs to read. */
export interface SurveyNode extends Node {
  readonly stages?: readonly SurveyNode[];
  readonly predicate?: readonly SurveyNode[];
  readonly group?: { readonly lhs: readonly (readonly [SurveyNode, SurveyNode])[] };
  readonly focus?: string;
  readonly index?: string;
  readonly terms?: readonly { readonly expression: SurveyNode }[];
  readonly expr?: SurveyNode;
  readonly expression?: SurveyNode;
  readonly expressions?: readonly SurveyNode[];
  readonly condition?: SurveyNode;
  readonly then?: SurveyNode;
  readonly else?: SurveyNode;
  readonly body?: SurveyNode;
  readonly thunk?: boolean;
  readonly pattern?: SurveyNode;
  readonly update?: SurveyNode;
  readonly delete?: SurveyNode;
}

export interface Surveyor {
  readonly notes: SurveyNotes;
  /** What a node gives in a scope; what it does on the way is noted. */
  follow(node: SurveyNode, scope: SurveyScope): Value;
  /** Calls a function of the expression's own. */
  apply(closure: Closure, args: readonly Value[]): Value;
  /** A value goes where it cannot be followed: if it is a function, anybody may call it with anything. */
  release(value: Value): void;
  readMember(from: Value, name: string, offset: number): Value;
  /** Looks at functions that nobody has called so far. False: there was too much to follow it to its end. */
  finish(): boolean;
}
