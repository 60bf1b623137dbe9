import type { Clock } from '../../../src/contract/connector.ts';
import type { SimulatedSystem } from '../../../src/simulator/simulator.ts';
import type { Crm, Table } from './crm.ts';
import { notFound, type Problem, toErrorBody } from './problem.ts';
import type { SearchIndex } from './search/search-index.ts';

/** The server that routes are added to; named through the kit, which owns the library. */
export type App = Parameters<SimulatedSystem['routes']>[0];

/** What every route works with. */
export interface Account {
  readonly crm: Crm;
  readonly index: SearchIndex;
  readonly clock: Clock;
  readonly token: string;
  /** A new id for each answer that is an error. */
  correlationId(): string;
}

/** Status and body; `undefined` body: nothing is sent (204). */
export interface Answer {
  readonly status: number;
  readonly body?: Record<string, unknown>;
}

/** What stands in the path: the object type and, where the route has one, the record. */
export interface PathParams {
  readonly type: string;
  readonly id: string;
}

export interface Call {
  readonly table: Table;
  readonly id: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
}

export type Action = (account: Account, call: Call) => Answer;

export function answerProblem(account: Account, problem: Problem): Answer {
  return { status: problem.status, body: toErrorBody(problem, account.correlationId()) };
}

export function answerNotFound(account: Account): Answer {
  return answerProblem(account, notFound());
}
