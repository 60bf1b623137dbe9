import { present } from '../present.ts';
import { toPath } from '../to-path.ts';

/** Something in a JSON text that JSON allows and nobody can rely on. */
export interface JsonFlaw {
  /** Offset in the text. */
  readonly at: number;
  /** From the top of the text. */
  readonly segments: readonly (string | number)[];
  /** In words that follow a path: `stands twice`. */
  readonly problem: string;
}

export interface FlawedText {
  readonly text: string;
  /** In the order of the text. */
  readonly flaws: readonly JsonFlaw[];
}

/** What is wrong inside an object or list of a JSON text. */
export interface FlawedPart {
  /** In words, with paths that begin at the part. */
  readonly problem: string;
  readonly flaws: readonly JsonFlaw[];
  /** The part as it stands in the text. */
  readonly source: string;
}

/** Where in its text a part stands that holds a flaw. */
interface Mark {
  readonly of: FlawedText;
  /** How many parts it stands in. */
  readonly depth: number;
  readonly start: number;
  readonly end: number;
}

// By identity: whoever picks records out of an answer can ask for each what was wrong with it.
const marks = new WeakMap<object, Mark>();

export function markFlawed(part: object, mark: Mark): void {
  marks.set(part, mark);
}

/** What is wrong inside this object or list, read by `readJson`; `undefined` where nothing is. */
export function flawIn(part: unknown): FlawedPart | undefined {
  const mark = typeof part === 'object' && part !== null ? marks.get(part) : undefined;
  if (mark === undefined) return undefined;
  const { of, start, end, depth } = mark;
  const first = firstFrom(of.flaws, start);
  const flaws = of.flaws.slice(first, firstFrom(of.flaws, end));
  return { problem: describeFlaws(flaws, depth), flaws, source: of.text.slice(start, end) };
}

/** Index of the first flaw at `offset` or behind it. */
function firstFrom(flaws: readonly JsonFlaw[], offset: number): number {
  let [low, high] = [0, flaws.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (present(flaws[middle], 'a flaw between others').at < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `` `lines[2].id` stands twice; … ``, and how many more. Paths begin `depth` steps below the top of the text. */
export function describeFlaws(flaws: readonly JsonFlaw[], depth = 0): string {
  const shown = flaws.slice(0, 5).map(({ segments, problem }) => {
    const path = toPath(segments.slice(depth));
    return path === '' ? `it ${problem}` : `\`${path}\` ${problem}`;
  });
  const more = flaws.length - shown.length;
  return `${shown.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
