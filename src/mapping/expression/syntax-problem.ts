import type { JsonataError } from 'jsonata';

export interface ExpressionProblem {
  readonly message: string;
  /** 0-based, into the text of the expression. */
  readonly offset: number;
  /** The text is a whole expression; the problem is in what it means: a function that is not there, or not called so. */
  readonly whole?: 'function' | 'arguments' | 'call' | 'number';
}

const words: Readonly<Record<string, (error: SyntaxError) => string>> = {
  S0101: () => 'a text in quotes does not end',
  S0103: (error) => `there is no escape sequence \\${error.token}`,
  S0104: () => '\\u is followed by four hexadecimal digits',
  S0105: () => 'a name in backquotes does not end',
  S0106: () => 'a comment does not end',
  S0201: (error) => `did not expect \`${error.token}\` here`,
  S0202: (error) => `expected \`${error.value}\`, got \`${error.token}\`${missingBetween(error)}`,
  S0203: (error) => `expected \`${error.value}\` before the end`,
  S0204: (error) => `there is no operator \`${error.token}\``,
  S0205: (error) => `did not expect \`${error.token}\` here`,
  S0207: () => 'ends where a value was expected',
  S0211: (error) => `did not expect \`${error.token}\` here${operatorHints[String(error.token)] ?? ''}`,
  S0212: () => 'what stands before := is a variable, with a $ before its name',
  S0213: (error) =>
    `\`${error.value}\` cannot be a step of a path; a name that is no word stands in backquotes`,
  S0217: () => '% has no parent here',
  S0301: () => 'a regular expression is empty',
  S0302: () => 'a regular expression does not end; a division needs a value before the /',
};

const operatorHints: Readonly<Record<string, string>> = {
  '=': ' (equal is written with one =)',
  '&': ' (and is written `and`; & joins texts)',
  '|': ' (or is written `or`)',
};

interface SyntaxError {
  readonly token: unknown;
  readonly value: unknown;
}

/** Where a list goes on with another value, what stands between the two was left out. */
function missingBetween({ token, value }: SyntaxError): string {
  const isValue = typeof token === 'number' || /^[\w$ -]+$/.test(String(token));
  if (!isValue || !['}', ']', ')'].includes(String(value))) return '';
  return value === ')' ? ' (is a `,` or `;` missing before it?)' : ' (is a `,` missing before it?)';
}

/** JSONata's error in plain words. It reports the position behind the token it stumbled on; this is its start. */
export function toSyntaxProblem(text: string, error: JsonataError): ExpressionProblem {
  const braces = text.indexOf('{{');
  // Where templates are written nearby, they are written here as well.
  if (/^\s*\{\{[\s\S]*\}\}\s*$/.test(text))
    return { message: 'this is an expression as it stands: write it without {{ and }}', offset: braces };
  const value = (error as { value?: unknown }).value;
  const message = words[error.code]?.({ token: error.token, value }) ?? String(error.message);
  return { message, offset: offsetOf(text, error, value) };
}

function offsetOf(text: string, error: JsonataError, value: unknown): number {
  const position = Math.min(error.position ?? 0, text.length);
  if (error.token === '(end)') return position;
  if (error.code === 'S0101' || error.code === 'S0105') return openingQuote(text, position);
  const token = String(error.token ?? value ?? '');
  const isQuoted = /["'`]/.test(text[position - 1] ?? '') && text.slice(0, position - 1).endsWith(token);
  if (token !== '' && isQuoted) return position - token.length - 2;
  const start = position - token.length;
  return token !== '' && text.slice(start, position) === token ? start : Math.max(0, position - 1);
}

/** Where a text does not end, the opening quote says more than the end of the expression. */
function openingQuote(text: string, position: number): number {
  for (let index = position - 1; index >= 0; index -= 1) {
    if (text[index] === '"' || text[index] === "'" || text[index] === '`') return index;
  }
  return 0;
}
