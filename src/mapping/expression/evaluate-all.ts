import type { Bindings } from './bindings.ts';
import type { Expression } from './expression.ts';

export type Values = readonly unknown[];

/**
 * Values of all expressions; at once where none of them has to wait. They are evaluated side by side; of several that
 * fail, the first is reported.
 */
export function evaluateAll(
  expressions: readonly Expression[],
  input: unknown,
  bindings?: Bindings,
): Values | Promise<Values> {
  let waits = false;
  const values = expressions.map((expression) => {
    const value = evaluateOne(expression, input, bindings);
    waits ||= value instanceof Promise;
    return value;
  });
  return waits ? settleAll(values) : values;
}

/** One that fails at once keeps none of the others from being evaluated: which references they lack is asked for as a whole. */
function evaluateOne(expression: Expression, input: unknown, bindings: Bindings | undefined): unknown {
  try {
    return expression.evaluateSoon(input, bindings);
  } catch (thrown) {
    return Promise.reject(thrown);
  }
}

async function settleAll(values: Values): Promise<Values> {
  const settled = await Promise.allSettled(values);
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}
