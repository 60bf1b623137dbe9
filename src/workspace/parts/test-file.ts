import type { JsonObject } from '../../contract/json.ts';

/** A file of flow tests that fits schemas/test.schema.json. */
export interface TestFile extends Given {
  readonly flow: string;
  readonly cases: readonly TestCase[];
}

/** A record, and what must become of it. It has either `record` or `entity`. */
export interface TestCase extends Given {
  readonly case: string;
  readonly record?: unknown;
  readonly entity?: unknown;
  readonly expect: Expectation;
}

/** What mappings are given in a test. */
export interface Given {
  readonly tables?: Readonly<Record<string, JsonObject>>;
  /** Entity → id at the source → id at the target. */
  readonly xref?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface Expectation {
  readonly payload?: unknown;
  readonly contains?: unknown;
  readonly entity?: unknown;
  readonly key?: string;
  readonly outcome?: ExpectedOutcome;
  readonly fault?: string;
  readonly message?: string;
}

export type ExpectedOutcome = 'delivered' | 'filtered' | 'blocked' | 'failed';
