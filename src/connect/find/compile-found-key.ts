import { orElse } from '../../contract/soon.ts';
import { type Declaration, toExpression } from '../declaration.ts';
import { type RecordValue, toNothing, toScalar } from '../resource/compile-record-value.ts';

/** The key of a record that a `find` for these keys gave; `undefined` where it has none. */
export type FoundKey = (record: unknown, keys: readonly string[]) => Promise<string | undefined>;

/** `key` of a find, with what was asked for as `$key` (in bulk `$keys`); the resource's own key without it. */
export function compileFoundKey(declared: Declaration | undefined, own: RecordValue): FoundKey {
  if (declared === undefined) return async (record) => own.evaluate(record);
  const expression = toExpression(declared);
  return async (record, keys) => {
    const asked = keys.length === 1 ? { keys, key: keys[0] } : { keys };
    return toScalar(await orElse(() => expression.evaluate(record, asked), toNothing));
  };
}
