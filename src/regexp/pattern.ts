import { RE2JS } from 're2js';
import { boundedExec } from './bounded-exec.ts';
import { hasRepetition, repeatsDifferently, translate } from './translate.ts';

/** A regular expression that comes to an end on any text. */
export interface Pattern {
  /** The first match at or after `from`, as `RegExp.prototype.exec` gives it. */
  exec(text: string, from?: number): RegExpExecArray | null;
  test(text: string): boolean;
}

/** What JavaScript's own engine may take for one match, where only that can tell. Milliseconds. */
const longestMs = 250;

/**
 * JavaScript tries one way after the other through a pattern such as `^([a-z0-9]+[.]?)+@`, and there may be more ways
 * than seconds in a lifetime; nothing in the process can stop it. So patterns that repeat anything are matched by RE2's
 * method, in a time that grows with the text only. What RE2 cannot say (looking ahead or behind, backward references)
 * is left to JavaScript, within a bound: then `exec` throws an error with the code ERR_SCRIPT_EXECUTION_TIMEOUT.
 */
export function compilePattern(source: string, flags = ''): Pattern {
  const native = new RegExp(source, `${flags.replace(/[gy]/g, '')}g`);
  if (!hasRepetition(source)) return toPattern((text, from) => execFrom(native, text, from));
  const bounded = (text: string, from: number) => {
    native.lastIndex = from;
    return boundedExec(native, text, longestMs);
  };
  const linear = compileLinear(source, flags);
  if (linear === undefined) return toPattern(bounded);
  if (!repeatsDifferently(source)) return toPattern((text, from) => execLinear(linear, text, from));
  // Whether there is a match is found out first: it is where there is none that JavaScript does not end.
  return {
    exec: (text, from = 0) => (execLinear(linear, text, from) === null ? null : bounded(text, from)),
    test: (text) => linear.test(text),
  };
}

function toPattern(exec: (text: string, from: number) => RegExpExecArray | null): Pattern {
  return { exec: (text, from = 0) => exec(text, from), test: (text) => exec(text, 0) !== null };
}

function execFrom(native: RegExp, text: string, from: number): RegExpExecArray | null {
  native.lastIndex = from;
  return native.exec(text);
}

/** `undefined`: RE2 does not take it. */
function compileLinear(source: string, flags: string): RE2JS | undefined {
  const translated = translate(source, flags);
  if (translated === undefined) return undefined;
  try {
    return RE2JS.compile(translated, flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0);
  } catch {
    return undefined;
  }
}

function execLinear(linear: RE2JS, text: string, from: number): RegExpExecArray | null {
  const matcher = linear.matcher(text);
  if (!matcher.find(from)) return null;
  const groups: (string | undefined)[] = [];
  for (let nth = 0; nth <= matcher.groupCount(); nth++) groups.push(matcher.group(nth) ?? undefined);
  return Object.assign(groups, { index: matcher.start(), input: text }) as unknown as RegExpExecArray;
}
