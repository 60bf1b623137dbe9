import { describeFlaws } from '../../contract/exact-json/json-flaws.ts';
import { readJson } from '../../contract/exact-json/read-json.ts';
import { Fault } from '../../contract/fault.ts';

/**
 * A value as people type it: `19.90`, `true`, `null`, `"7"`, `{"a": 1}` are what JSON makes of them; anything else is
 * text as it stands. Throws a Fault TL_ARGUMENT_INVALID for what begins like JSON and is none.
 */
export function parseValue(text: string, what: string): unknown {
  const trimmed = text.trim();
  const isLiteral = /^(-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|true|false|null)$/.test(trimmed);
  if (isLiteral || /^["{[]/.test(trimmed)) {
    return readJsonText(
      trimmed,
      `${what}: expected a value in JSON (text that begins like this stands in quotes)`,
    );
  }
  return text;
}

/** JSON as a person wrote it. Throws a Fault TL_ARGUMENT_INVALID for what is none, or cannot be relied on. */
export function readJsonText(text: string, expected: string): unknown {
  try {
    const { value, flaws } = readJson(text);
    if (flaws.length > 0) throw new SyntaxError(describeFlaws(flaws));
    return value;
  } catch (cause) {
    throw new Fault('TL_ARGUMENT_INVALID', `${expected}, got: ${(cause as Error).message}`, { cause });
  }
}
