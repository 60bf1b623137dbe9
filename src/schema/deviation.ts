/** A field that is not as it was, or not as a schema or a target wants it. Holds no value: samples are masked. */
export interface Deviation {
  readonly side: 'source' | 'target';
  /**
   * Of a record as its system gives it: `new`, `missing`, `retyped` (another kind of value than ever before).
   * `unfit`: does not meet a schema and was let through, or taken out. `refused`: named by a target that rejects it.
   */
  readonly kind: 'new' | 'missing' | 'retyped' | 'unfit' | 'refused';
  /** The entity whose schema it does not meet; absent: the form of the system itself is meant. */
  readonly entity?: string;
  /** Names of members, `[]` for any item of a list, `*` for any member of a map. */
  readonly segments: readonly string[];
  /** What tells two deviations of one kind in one place apart: the kind of value that came, a schema's keyword. */
  readonly rule: string;
  readonly expected: string;
  readonly got: string;
  readonly sample?: string;
}

/** Paths are no longer than this: what lies deeper is spoken of by what holds it. */
export const maxDepth = 8;

/** `lines[].sku`, `xp.*`; a name that is no plain word stands in brackets and quotes: `["Invoice No."]`. */
export function formatSegments(segments: readonly string[]): string {
  let path = '';
  for (const segment of segments) {
    if (segment === '[]') path += '[]';
    else if (segment !== '*' && !/^[\p{L}_$@][\p{L}\p{N}_$@-]*$/u.test(segment))
      path += `[${JSON.stringify(segment)}]`;
    else path += path === '' ? segment : `.${segment}`;
  }
  return path;
}

/** Where a problem or a value is, apart from which item and which member of a map it is in. */
export function toSegments(place: readonly (string | number)[]): readonly string[] {
  return place
    .slice(0, maxDepth)
    .map((part) => (typeof part === 'number' ? '[]' : isFieldName(part) ? part : '*'));
}

/**
 * Is it the name of a field? Numbers, dates, e-mail addresses and ids are data that somebody uses as names: they
 * would make a path of each record, and say more than a path may.
 */
export function isFieldName(name: string): boolean {
  return name.length <= 64 && /\p{L}/u.test(name) && !data.test(name);
}

const data = /[\p{C}\u2028\u2029]|\d{5}|^\d{4}-\d\d-\d\d|\S@\S+\.\S|^[\da-f]{8}-[\da-f]{4}-/iu;
