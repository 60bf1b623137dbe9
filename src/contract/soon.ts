/** A value, or the promise of it where it cannot be had at once. */
export type Soon<Value> = Value | Promise<Value>;

/** Goes on with a value: at once where it is there, so that what waits for nothing makes no promise. */
export function andThen<Value, Next>(value: Soon<Value>, next: (value: Value) => Soon<Next>): Soon<Next> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** What `attempt` gives, at once or later; where it fails, in either way, what `otherwise` makes of that. */
export function orElse<Value, Other>(
  attempt: () => Soon<Value>,
  otherwise: (thrown: unknown) => Soon<Other>,
): Soon<Value | Other> {
  try {
    const value = attempt();
    return value instanceof Promise ? value.catch(otherwise) : value;
  } catch (thrown) {
    return otherwise(thrown);
  }
}
