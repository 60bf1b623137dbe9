import type { RaisedProblem } from '../expression/raised.ts';
import { comeBack, mark, nextTurn, turnIsOver } from './turns.ts';

/**
 * What one evaluation may use, whatever else the process and the machine have to do: the same record passes on an idle
 * machine and on a busy one. JSONata counts the members of an object that it builds at the same time into the stack, so
 * that has to be roomy.
 */
export interface Limits {
  /** Steps of the evaluator; a long list that a step gives counts as many. */
  readonly steps: number;
  /** Depth of calls that are not in tail position. */
  readonly stack: number;
  /** Of a list that a step gives: a longer one is no part of any record. */
  readonly members: number;
}

export const defaultBounds: Limits = { steps: 5_000_000, stack: 10_000, members: 1_000_000 };

/** Of a text that a step gives. */
const maxCharacters = 10_000_000;

/** Of its own time, in milliseconds. Steps end what is endless; this ends steps that take long each. */
const maxOwnMs = 20_000;

/** Members of a list that cost as much as one step. */
const membersPerStep = 16;

/** As JSONata calls it after each node: the frame's `base` is one for each evaluation. */
export type AfterNode = (
  node: unknown,
  input: unknown,
  frame: { readonly base: object },
  result: unknown,
) => Promise<void> | undefined;

/**
 * Counts what evaluations use, each for itself, and throws once one is out of bounds. Evaluations run side by side, turn
 * by turn: what has passed since the last node of any of them belongs to the one whose node is done now. They give way
 * to the rest of the process every few milliseconds, so that leases are renewed and other flows go on.
 */
export function createBudget({ steps, members }: Limits): AfterNode {
  const used = new WeakMap<object, Used>();
  let last: { readonly base: object; readonly used: Used } | undefined;
  return (_node, _input, { base }, result) => {
    if (last?.base !== base) {
      const known = used.get(base);
      // What came before the first node of an evaluation was not its own.
      if (known === undefined) comeBack();
      last = { base, used: known ?? { steps: 0, ms: 0 } };
      used.set(base, last.used);
    }
    const own = last.used;
    own.steps += 1 + sizeOf(result, members) / membersPerStep;
    if (own.steps > steps) throw { code: 'D1012', value: steps };
    own.ms += mark();
    if (own.ms > maxOwnMs) throw tookTooLong(own.ms);
    return turnIsOver() ? nextTurn() : undefined;
  };
}

interface Used {
  steps: number;
  ms: number;
}

function sizeOf(result: unknown, most: number): number {
  if (typeof result === 'string') {
    if (result.length > maxCharacters) throw tooLarge('a text', result.length, 'characters', maxCharacters);
    return 0;
  }
  if (!Array.isArray(result)) return 0;
  if (result.length > most) throw tooLarge('a list', result.length, 'members', most);
  return result.length;
}

function tooLarge(what: string, came: number, unit: string, most: number): RaisedProblem {
  return {
    raised: 'argument',
    message: `the expression made ${what} of ${came} ${unit}; at most ${most} are allowed`,
  };
}

export function tookTooLong(ms: number): RaisedProblem {
  return { raised: 'slow', message: `the expression took ${Math.round(ms)} ms for one record` };
}
