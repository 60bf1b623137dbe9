import type { Expression } from '../../mapping/expression/expression.ts';
import type { ResponseRow } from '../http/response-rows.ts';
import type { Secrets } from './secrets.ts';

/** How a system says what it means; from `responses` and `error` of a connection, and of its manifest. */
export interface Dialect {
  readonly connection: string;
  readonly rows: readonly ResponseRow[];
  /** Over an error's body: the system's own words; the first that gives any. */
  readonly message: readonly Expression[];
  readonly code: readonly Expression[];
  readonly secrets: Secrets;
}
