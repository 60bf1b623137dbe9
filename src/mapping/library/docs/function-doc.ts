/** What users are told of a mapping function. `docs/reference/functions.md` is written from it; a test executes the examples. */
export interface FunctionDoc {
  /** Without the `$`. */
  readonly name: string;
  /** `$plus(a, b)`; what may be left out stands with a question mark: `$date(text, format?, zone?)`. */
  readonly signature: string;
  /** What comes out, in a few words. */
  readonly gives: string;
  readonly parameters: readonly { readonly name: string; readonly means: string }[];
  /** The first one stands in the overview. */
  readonly examples: readonly MappingExample[];
}

/** An expression and what becomes of it: it gives a value (or nothing), fails, or filters the record out. */
export type MappingExample = {
  readonly expression: string;
  /** The record; an empty one if left out. */
  readonly input?: unknown;
} & (
  | { readonly gives: unknown }
  | { readonly givesNothing: true }
  /** The message as the errors show it, without its place. `code`: TL_MAP_FAILED if left out. */
  | { readonly fails: string; readonly code?: string }
  | { readonly skips: string }
);

/** What the examples find: rows of lookup tables, and ids at the target by entity and id at the source. */
export const exampleTables = {
  countries: { Germany: 'DE', Austria: 'AT' },
  tax: { '19': { code: 'VAT19', account: '8400' } },
} as const;
export const exampleXrefs = { customer: { 'C-17': '8f3a' } } as const;
