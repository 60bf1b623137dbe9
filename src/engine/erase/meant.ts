/** Who is erased: by what his records are known. */
export interface Person {
  /** Values that name him: an e-mail address, a customer number. A record that says one of them is his. */
  readonly texts: readonly string[];
  /** Records that are his, by flow: each state of them, whatever it says. */
  readonly records: ReadonlyMap<string, ReadonlySet<string>>;
  /** Keys of records of his that are so long that no other record has them by chance, in whatever flow. */
  readonly keys: ReadonlySet<string>;
}

/** What stands where a value stood. */
export const erasedMark = '(erased)';

/** Recognizes what is about a person. */
export interface PersonMatcher {
  /** Is it a record of his? @param values - whatever is kept of it: what was read, what was sent, what was answered. */
  isRecord(flow: string, key: string | undefined, ...values: readonly unknown[]): boolean;
  /** Does the text of a JSON document mention him at all? Cheap: to be asked before it is parsed. */
  mayBeIn(json: string): boolean;
  /** The value without him; `undefined`: he is not in it. */
  redact<Value>(value: Value): Value | undefined;
  /** The same of a document of ours: its members keep their names, and what is not named here stays as it is. */
  redactMembers<Document extends object>(
    document: Document,
    names?: readonly (keyof Document)[],
  ): Document | undefined;
}

/**
 * A value says a text that is all of it, in whatever case; a longer one also where it mentions one that is not easily met
 * by chance (`isDistinctive`), between characters that belong to no word.
 */
export function compileMeant({ texts, records, keys }: Person): PersonMatcher {
  const folded = [...new Set(texts.map(fold))];
  const whole = new Set(folded);
  const inside = folded.filter(isDistinctive);
  const needles = folded.map((text) => JSON.stringify(text).slice(1, -1));
  const redact = <Value>(value: Value): Value | undefined => {
    const redacted = redactIn(value, (text) => redactText(text, { whole, inside }));
    return redacted === value ? undefined : redacted;
  };
  const says = (text: string): boolean => {
    const own = fold(text);
    return whole.has(own) || inside.some((wanted) => placeOf(own, wanted, 0) !== -1);
  };
  return {
    isRecord: (flow, key, ...values) =>
      (key !== undefined && (records.get(flow)?.has(key) === true || keys.has(key))) ||
      someText([key, ...values], says),
    mayBeIn: (json) => {
      const own = fold(json);
      return needles.some((needle) => own.includes(needle));
    },
    redact,
    redactMembers: (document, names = Object.keys(document) as (keyof typeof document)[]) => {
      const changed = names.flatMap((name) => {
        const value = redact(document[name]);
        return value === undefined ? [] : [[name, value] as const];
      });
      return changed.length === 0 ? undefined : { ...document, ...Object.fromEntries(changed) };
    },
  };
}

/** Is it long and odd enough that it stands for one thing only? `anna@example.org` and `C-10224`, not `17` or `DE`. */
export function isDistinctive(text: string): boolean {
  const { length } = text.trim();
  if (/^\d+$/.test(text.trim())) return length >= 6;
  return length >= 4 && /[\p{L}\p{N}]/u.test(text);
}

/** As texts are compared: without blanks around them, in whatever case and composition. */
export function fold(text: string): string {
  const trimmed = text.trim();
  return (/^[\p{ASCII}]*$/u.test(trimmed) ? trimmed : trimmed.normalize('NFC')).toLowerCase();
}

function placeOf(text: string, wanted: string, from: number): number {
  for (let at = text.indexOf(wanted, from); at !== -1; at = text.indexOf(wanted, at + 1)) {
    if (!isWordy(text[at - 1]) && !isWordy(text[at + wanted.length])) return at;
  }
  return -1;
}

function isWordy(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

/** Values and names of members, however deep: a loop, as records may be nested deeper than calls. */
function someText(begin: readonly unknown[], isWanted: (text: string) => boolean): boolean {
  const left: unknown[] = [...begin];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string' && isWanted(value)) return true;
    if (typeof value === 'number' && isWanted(String(value))) return true;
    if (Array.isArray(value)) for (const each of value) left.push(each);
    else if (typeof value === 'object' && value !== null)
      for (const [name, each] of Object.entries(value)) left.push(name, each);
  }
  return false;
}

interface Wanted {
  readonly whole: ReadonlySet<string>;
  readonly inside: readonly string[];
}

function redactText(text: string, { whole, inside }: Wanted): string {
  if (whole.has(fold(text))) return erasedMark;
  const folded = text.toLowerCase();
  // Some letters have another length in the other case: nothing is left of such a text.
  if (folded.length !== text.length || text.normalize('NFC') !== text)
    return inside.some((wanted) => placeOf(fold(text), wanted, 0) !== -1) ? erasedMark : text;
  let redacted = text;
  for (const wanted of inside) {
    for (let at = placeOf(redacted.toLowerCase(), wanted, 0); at !== -1; ) {
      redacted = `${redacted.slice(0, at)}${erasedMark}${redacted.slice(at + wanted.length)}`;
      at = placeOf(redacted.toLowerCase(), wanted, at + erasedMark.length);
    }
  }
  return redacted;
}

/** The same value where nothing of it is another. */
function redactIn<Value>(value: Value, redactEach: (text: string) => string): Value {
  if (typeof value === 'string') return redactEach(value) as Value;
  if (typeof value === 'number')
    return (redactEach(String(value)) === erasedMark ? erasedMark : value) as Value;
  if (Array.isArray(value)) {
    const all = value.map((each: unknown) => redactIn(each, redactEach));
    return all.every((each, index) => each === value[index]) ? value : (all as Value);
  }
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const before = Object.entries(value);
  const after = before.map(([name, each]) => [redactEach(name), redactIn(each, redactEach)] as const);
  const isSame = after.every(
    ([name, each], index) => name === before[index]?.[0] && each === before[index]?.[1],
  );
  return isSame ? value : (Object.fromEntries(after) as Value);
}
