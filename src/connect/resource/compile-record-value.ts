import { type Declared, textOf, toExpression } from '../declared.ts';
import { compileSimpleText } from './compile-simple-text.ts';

/** One value of a native record: its key, id, version or cursor. */
export interface RecordValue {
  /** A text, or `undefined` where the record has none. */
  evaluate(record: unknown): Promise<string | undefined>;
  /**
   * The same at once. Plain paths and simple texts of them (`$lowercase(properties.email)`, `a & '-' & b`) can always
   * be had so. JSONata itself only answers later: of any other expression the value is known here for records that
   * `evaluate` has seen before, which are all that were read or found.
   */
  evaluateNow(record: unknown): string | undefined;
}

export function compileRecordValue(declared: Declared): RecordValue {
  const expression = toExpression(declared);
  const now = expression.evaluateNow ?? compileSimpleText(textOf(declared));
  if (now !== undefined) {
    const evaluateNow = (record: unknown): string | undefined => toScalar(now(record, undefined));
    return { evaluateNow, evaluate: async (record) => evaluateNow(record) };
  }
  const known = new WeakMap<object, string | undefined>();
  return {
    async evaluate(record) {
      const value = toScalar(await expression.evaluate(record));
      if (typeof record === 'object' && record !== null) known.set(record, value);
      return value;
    },
    evaluateNow: (record) => (typeof record === 'object' && record !== null ? known.get(record) : undefined),
  };
}

/** A text, number or boolean as text; an empty text is as good as none. */
export function toScalar(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
