import { withoutExactNumber } from '../../contract/exact-json/json-number.ts';
import { Fault } from '../../contract/fault.ts';
import type { Soon } from '../../contract/soon.ts';
import { isBrokenText } from '../../contract/text/broken-text.ts';
import {
  type Origin,
  refuseForm,
  toKeyText,
  toNameText,
  toVersionText,
} from '../../contract/text/key-text.ts';
import { checkDateFormat } from '../../mapping/library/check-date-format.ts';
import { readDate } from '../../mapping/library/date-functions.ts';
import {
  atOf,
  type Declaration,
  declaredTimezone,
  invalid,
  member,
  pathText,
  required,
  textOf,
  toExpression,
  zoneOf,
} from '../declaration.ts';

/** One value of a native record: its key, id, version or cursor. */
export interface RecordValue {
  /** A text, or `undefined` where the record has none. A promise only where JSONata itself has to run. */
  evaluate(record: unknown): Soon<string | undefined>;
}

/** `key` or `id`. Throws (or rejects with) a Fault for what is neither a text nor a number. */
export function compileKeyValue(declared: Declaration): RecordValue {
  return compileWith(declared, toKeyText);
}

/** `version`. Throws (or rejects with) a Fault TL_MAP_FAILED for what is neither a text, nor a number, nor nothing. */
export function compileVersionValue(declared: Declaration): RecordValue {
  const formatDeclared = member(declared, 'format');
  if (formatDeclared === undefined) return compileWith(declared, toVersionText);
  const format = textOf(formatDeclared);
  const problem = checkDateFormat(format);
  if (problem !== undefined) throw invalid(formatDeclared, `${problem.message}; ${problem.hint}`);
  const timezone = zoneOf(member(declared, 'timezone')) ?? declaredTimezone(declared);
  return compileWith(required(declared, 'value'), (value, origin) => {
    const text = toVersionText(value, origin);
    if (text === undefined) return undefined;
    return readDate(text, { format, timezone }) ?? refuseForm(text, format, origin);
  });
}

/**
 * What a record or an answer may or may not have: anything else than a text or a number counts as nothing, and so does
 * an expression that fails, as `$lowercase(email)` does of an answer in which `email` is null.
 */
export function compileScalarValue(declared: Declaration): RecordValue {
  const value = compileWith(declared, toScalar);
  return {
    evaluate(record) {
      const text = value.evaluate(record);
      return text instanceof Promise ? text.catch(toNothing) : text;
    },
  };
}

/** The same, but rejects with the Fault TL_MAP_FAILED of an expression that fails. */
export function compileFailingValue(declared: Declaration): RecordValue {
  return compileWith(declared, toScalar);
}

/** What failed for a record gives nothing of it. */
export function toNothing(thrown: unknown): undefined {
  if (!(thrown instanceof Fault) || thrown.code !== 'TL_MAP_FAILED') throw thrown;
  return undefined;
}

function compileWith(
  declared: Declaration,
  toText: (value: unknown, origin: Origin) => string | undefined,
): RecordValue {
  const expression = toExpression(declared);
  const origin: Origin = { name: pathText(declared), at: atOf(declared) };
  return {
    evaluate(record) {
      const value = expression.evaluate(record);
      return value instanceof Promise
        ? value.then((settled: unknown) => toText(settled, origin))
        : toText(value, origin);
    },
  };
}

/** A text or a number as text; a text that shows nothing, or one that is broken, is as good as none. */
export function toScalar(given: unknown): string | undefined {
  const text = toNameText(withoutExactNumber(given));
  return text === undefined || isBrokenText(text) ? undefined : text;
}
