import { isOutOfTime } from '../../regexp/bounded-exec.ts';
import { compilePattern, type Pattern } from '../../regexp/pattern.ts';
import { tookTooLong } from './budget.ts';

/** Of all matches of one regular expression over one text, in milliseconds. */
const maxMatchingMs = 2_000;

const patterns = new WeakMap<RegExp, Pattern>();

/**
 * What JSONata makes of a regular expression each time it comes to one, in place of RegExp: `lastIndex` and `exec` are
 * what it uses. Each match ends by itself; all of them together may still take long on a long text.
 */
export class RegexEngine {
  lastIndex = 0;
  readonly #pattern: Pattern;
  #ms = 0;

  constructor(parsed: RegExp) {
    const known = patterns.get(parsed) ?? compilePattern(parsed.source, parsed.flags);
    patterns.set(parsed, known);
    this.#pattern = known;
  }

  exec(text: string): RegExpExecArray | null {
    const startedAt = performance.now();
    const match = this.#match(text);
    this.#ms += performance.now() - startedAt;
    if (this.#ms > maxMatchingMs) throw tookTooLong(this.#ms);
    this.lastIndex = match === null ? 0 : match.index + match[0].length;
    return match;
  }

  #match(text: string): RegExpExecArray | null {
    try {
      return this.#pattern.exec(text, this.lastIndex);
    } catch (thrown) {
      if (!isOutOfTime(thrown)) throw thrown;
      throw {
        raised: 'slow',
        message: 'a regular expression came to no end on this text',
        hint: 'one without looking ahead or behind (`(?=`, `(?<=`) and backward references is matched in linear time',
      };
    }
  }
}
