import jsonata, { type Focus } from 'jsonata';
import { isSameDecimal } from '../../contract/exact-json/decimal-text.ts';
import { describeFlaws } from '../../contract/exact-json/json-flaws.ts';
import { withoutExactNumber } from '../../contract/exact-json/json-number.ts';
import { readJson } from '../../contract/exact-json/read-json.ts';
import { isJsonObject } from '../../contract/json.ts';
import type { RaisedProblem } from '../expression/raised.ts';

interface NativeFunction {
  readonly implementation: (this: Focus | undefined, ...values: readonly unknown[]) => unknown;
}

const [nativeNumber, nativeEval, nativeString] = await Promise.all(
  ['$number', '$eval', '$string'].map(
    async (name) => (await jsonata(name).evaluate(undefined)) as NativeFunction,
  ),
);

/** `$string`, of what is no function. */
export function string(value: unknown): unknown {
  return nativeString?.implementation.call(undefined, value);
}

/** `$number`, but a text with more digits than a number can hold is refused: it would come out as another number. */
export function number(given: unknown): unknown {
  const value = withoutExactNumber(given);
  const result = nativeNumber?.implementation.call(undefined, value);
  if (typeof value !== 'string' || typeof result !== 'number') return result;
  const isKept =
    /^-?\d/.test(value) && !/^0[xob]/i.test(value)
      ? isSameDecimal(value, String(result))
      : Number.isSafeInteger(result);
  if (isKept) return result;
  throw {
    raised: 'argument',
    message: 'argument 1 of $number has more digits than a number can hold',
    argument: { name: 'number', index: 1 },
    hint: '$decimal keeps all digits; $plus, $minus, $times calculate with them',
  } satisfies RaisedProblem;
}

/** `$eval`, but what is JSON is read as JSON is everywhere else: with all of its digits. */
export function evaluateText(this: Focus, text: unknown, focus: unknown): unknown {
  const json = typeof text === 'string' && focus === undefined ? tryRead(text) : undefined;
  if (json === undefined) return nativeEval?.implementation.call(this, text, focus);
  if (json.flaws.length === 0) return json.value;
  throw {
    raised: 'argument',
    message: `argument 1 of $eval is JSON that cannot be relied on: ${describeFlaws(json.flaws)}`,
    argument: { name: 'eval', index: 1 },
  } satisfies RaisedProblem;
}

function tryRead(text: string): ReturnType<typeof readJson> | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return readJson(text);
  } catch {
    // Not JSON: an expression, or nothing that can be read, which JSONata says.
    return undefined;
  }
}

/** What `|…|…|` changes is a copy: JSONata's own goes by way of a text and rounds numbers to 15 digits. */
export function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clone);
  if (!isJsonObject(value)) return typeof value === 'function' ? '' : value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, clone(each)]));
}
