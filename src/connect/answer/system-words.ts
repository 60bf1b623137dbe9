import type { Fault } from '../../contract/fault.ts';
import { orElse } from '../../contract/soon.ts';
import type { Expression } from '../../mapping/expression/expression.ts';
import type { ParsedBody } from '../http/parse-answer.ts';
import type { Dialect } from './dialect.ts';
import { findWords } from './find-words.ts';
import { toLine, wordsOfMarkup } from './plain-words.ts';

/** What a system says about a refusal, freed of secrets and cut to size. */
export interface SystemWords {
  readonly answer: NonNullable<Fault['answer']>;
  /** For a person: its words, or where none are found what came instead of them. */
  readonly detail: string | undefined;
}

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  readonly parsed: ParsedBody;
}

/**
 * First what the connection and the manifest say where words stand, then where they stand with most systems; and where
 * no such rule explains the answer, its beginning.
 */
export async function readSystemWords(
  dialect: Dialect,
  { status, text, parsed }: RawAnswer,
): Promise<SystemWords> {
  if (parsed.form === 'empty') return { answer: { status }, detail: undefined };
  if (parsed.form === 'other') {
    const words = shown(dialect, beginningOf(text));
    const page = parsed.html ? shown(dialect, parsed.reason) : undefined;
    return {
      answer: { status, ...(words !== undefined && !parsed.html && { message: words }) },
      detail: page ?? words,
    };
  }
  const { value } = parsed;
  const found = findWords(value);
  const message = (await readWords(dialect.message, value, dialect)) ?? shown(dialect, found.message);
  const code = (await readWords(dialect.code, value, dialect)) ?? shown(dialect, found.code);
  return {
    answer: { status, ...(code !== undefined && { code }), ...(message !== undefined && { message }) },
    detail: message ?? shown(dialect, text),
  };
}

/** The system's own words at the first expression that gives any; nothing where none does or it fails. */
export async function readWords(
  expressions: readonly Expression[],
  body: unknown,
  dialect: Pick<Dialect, 'secrets'>,
): Promise<string | undefined> {
  for (const expression of expressions) {
    const value = await orElse(
      () => expression.evaluate(body),
      () => undefined,
    );
    const text = Array.isArray(value) ? value.filter((each) => typeof each === 'string').join('; ') : value;
    if (typeof text !== 'string' && typeof text !== 'number') continue;
    const words = shown(dialect, String(text));
    if (words !== undefined) return words;
  }
  return undefined;
}

/** More than is shown, as some of it may be cut. */
const maxLooked = 5_000;

export function shown(dialect: Pick<Dialect, 'secrets'>, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const words = toLine(dialect.secrets.cut(text.slice(0, maxLooked)));
  return words === '' ? undefined : words;
}

function beginningOf(text: string): string | undefined {
  return /^\s*</.test(text) ? wordsOfMarkup(text) : text;
}
