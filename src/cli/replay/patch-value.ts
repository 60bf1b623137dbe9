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

/** JSON as a person wrote it. A number that would lose digits stays the text of all of them. */
export function readJsonText(text: string, expected: string): unknown {
  try {
    return JSON.parse(text, (_name, value: unknown, { source }: { readonly source?: string } = {}) =>
      typeof value === 'number' && source !== undefined ? exactly(value, source) : value,
    );
  } catch (cause) {
    throw new Fault('TL_ARGUMENT_INVALID', `${expected}, got: ${(cause as Error).message}`, { cause });
  }
}

function exactly(value: number, source: string): number | string {
  if (!Number.isFinite(value)) throw new SyntaxError(`the number ${source} is larger than any system takes`);
  return digitsOf(String(value)) === digitsOf(source) ? value : source;
}

/** What a number says, however it is written: its digits without zeros at either end, and where the point is. */
function digitsOf(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return significant === '' ? '0' : `${sign}${significant}e${power}`;
}
