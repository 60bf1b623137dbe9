import { maxCharacters, toBoolean } from './binary.ts';
import { giveUp } from './direct.ts';

/** Gives {@link giveUp} for what is not of the types that most values have: then the function itself is asked. */
type QuickCall = (values: readonly unknown[]) => unknown;

const ofOne = (call: (value: unknown) => unknown): QuickCall => {
  return (values) => (values.length === 1 ? call(values[0]) : giveUp);
};

const ofText = (call: (text: string) => unknown): QuickCall =>
  ofOne((value) => (typeof value === 'string' ? call(value) : value === undefined ? undefined : giveUp));

const ofTwoTexts = (call: (text: string, other: string) => unknown): QuickCall => {
  return ([text, other, ...more]) => {
    if (more.length > 0 || typeof text !== 'string' || typeof other !== 'string') return giveUp;
    return call(text, other);
  };
};

/** JSONata counts characters; where none takes two code units, these are the same. */
const twoUnits = /[\uD800-\uDFFF]/;

const shortNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/**
 * What most calls of JSONata's functions are, without the check of their arguments against a signature, which costs more
 * than the call.
 */
export const quickCalls: ReadonlyMap<string, QuickCall> = new Map<string, QuickCall>([
  ['string', ofOne(toText)],
  ['number', ofOne(toNumber)],
  ['boolean', ofOne((value) => (value === undefined ? undefined : toBoolean(value)))],
  ['not', ofOne((value) => (value === undefined ? undefined : !toBoolean(value)))],
  ['uppercase', ofText((text) => text.toUpperCase())],
  ['lowercase', ofText((text) => text.toLowerCase())],
  ['length', ofText((text) => (twoUnits.test(text) ? giveUp : text.length))],
  ['trim', ofText(trim)],
  ['count', ofOne((value) => (Array.isArray(value) ? value.length : value === undefined ? 0 : 1))],
  ['sum', ofOne(sum)],
  ['join', join],
  ['substring', substring],
  [
    'substringBefore',
    ofTwoTexts((text, mark) => (text.includes(mark) ? text.slice(0, text.indexOf(mark)) : text)),
  ],
  [
    'substringAfter',
    ofTwoTexts((text, mark) => (text.includes(mark) ? text.slice(text.indexOf(mark) + mark.length) : text)),
  ],
  ['contains', ofTwoTexts((text, part) => text.includes(part))],
  ['split', ofTwoTexts((text, mark) => text.split(mark))],
  ['replace', replace],
]);

function toText(value: unknown): unknown {
  if (typeof value === 'string' || value === undefined) return value;
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isSafeInteger(value)))
    return String(value);
  return giveUp;
}

/** So few digits a number always holds. */
function toNumber(value: unknown): unknown {
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value;
  return typeof value === 'string' && value.length <= 15 && shortNumber.test(value) ? Number(value) : giveUp;
}

function trim(text: string): string {
  // Most texts have nothing to take away.
  return /[\t\n\r]| {2}|^ | $/.test(text) ? text.replace(/[ \t\n\r]+/g, ' ').replace(/^ | $/g, '') : text;
}

function sum(value: unknown): unknown {
  if (typeof value === 'number') return 0 + value;
  if (!Array.isArray(value)) return value === undefined ? undefined : giveUp;
  let all = 0;
  for (const each of value) {
    if (typeof each !== 'number') return giveUp;
    all += each;
  }
  return all;
}

function join(values: readonly unknown[]): unknown {
  const [texts, separator = ''] = values;
  if (values.length === 0 || values.length > 2 || typeof separator !== 'string') return giveUp;
  if (typeof texts === 'string' || texts === undefined) return texts;
  if (!Array.isArray(texts) || !texts.every((each) => typeof each === 'string')) return giveUp;
  return bounded(texts.join(separator));
}

function substring([text, start, length, ...more]: readonly unknown[]): unknown {
  const isKnown = typeof text === 'string' && typeof start === 'number' && more.length === 0;
  if (!isKnown || twoUnits.test(text)) return giveUp;
  const from = text.length + start < 0 ? 0 : start;
  if (length === undefined) return text.slice(from);
  if (typeof length !== 'number') return giveUp;
  if (length <= 0) return '';
  return text.slice(from, from >= 0 ? from + length : text.length + from + length);
}

function replace([text, part, by, ...more]: readonly unknown[]): unknown {
  const areTexts = typeof text === 'string' && typeof part === 'string' && typeof by === 'string';
  if (!areTexts || part === '' || more.length > 0) return giveUp;
  return bounded(text.replaceAll(part, () => by));
}

function bounded(text: string): unknown {
  return text.length > maxCharacters ? giveUp : text;
}
