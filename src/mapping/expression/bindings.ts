/** What an expression can name with a `$` beside its input. */
export type Bindings = Readonly<Record<string, unknown>>;
