import { isJsonObject } from '../contract/json.ts';
import { isFieldName } from './deviation.ts';
import { maskText } from './mask-text.ts';

const maxText = 60;
const maxSample = 160;
const maxMembers = 6;

/** A value with its form and without its content: `"XX-000"`, `00.0`, `{ name: "Xxxx", … }`. One short line. */
export function maskValue(value: unknown): string {
  const sample = masked(value, 0);
  return sample.length > maxSample ? `${sample.slice(0, maxSample)}…` : sample;
}

function masked(value: unknown, depth: number): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return `"${maskedText(value)}"`;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return depth > 2 ? '[…]' : `[${masked(value[0], depth + 1)}${value.length > 1 ? ', …' : ''}]`;
  }
  if (!isJsonObject(value)) return maskedText(String(value));
  const names = Object.keys(value);
  if (names.length === 0) return '{}';
  if (depth > 2) return '{…}';
  const shown = names
    .slice(0, maxMembers)
    .map((name) => `${isFieldName(name) ? name : '*'}: ${masked(value[name], depth + 1)}`);
  return `{ ${shown.join(', ')}${names.length > maxMembers ? ', …' : ''} }`;
}

function maskedText(text: string): string {
  const short = text.length > maxText ? `${text.slice(0, maxText)}…` : text;
  return maskText(short).replaceAll(/[\p{C}\u2028\u2029]/gu, ' ');
}
