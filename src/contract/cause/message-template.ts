import { cutText } from '../text/cut-text.ts';
import { valuesIn } from './record-values.ts';

/** A message without what is of one record only: two records that fail for one cause have the same. */
export interface MessageTemplate {
  /** With a gap (`…`) for each value: `the table "countries" has no row for "…"`. */
  readonly text: string;
  /** What stood in the gaps, each once, but for the key of the record; at most 8, of at most 60 characters. */
  readonly values: readonly string[];
}

export interface MessageOrigin {
  /** The key of the record, and the record as it was read. */
  readonly key?: string | undefined;
  readonly record?: unknown;
  /** Names that stay although they are quoted: the lookup table, a member. */
  readonly names?: readonly string[];
  /** Where in a file of the workspace it happened, which may stand in the message as well. */
  readonly at?: string | undefined;
}

/**
 * Takes values out of a message: quoted texts, numbers and whatever has a digit, dates, UUIDs, e-mail addresses,
 * addresses of pages, and what is a value of the record. Paths of members stay, without the index of a list. What is said
 * of several members alike counts once.
 */
export function toMessageTemplate(message: string, origin: MessageOrigin = {}): MessageTemplate {
  const said = (origin.at === undefined ? message : message.replaceAll(` (${origin.at})`, '')).trim();
  const taking: Taking = { names: new Set(origin.names), values: new Set() };
  const own = [...(origin.key === undefined ? [] : [origin.key]), ...valuesIn(said, origin.record)];
  const bare = withoutValues(cutText(said, maxRead), own, taking);
  const [first = '', ...more] = bare.split(/; (?=\S)/);
  const parts = [first, ...new Set(more.filter((part) => !first.endsWith(`: ${part}`)))];
  const values = [...taking.values].filter((value) => value !== origin.key);
  return { text: cutText(together(parts.join('; ')), maxText), values: values.slice(0, maxValues) };
}

const gap = '…';
const maxRead = 4_000;
const maxText = 500;
const maxValues = 8;
const maxValue = 60;

interface Taking {
  readonly names: ReadonlySet<string>;
  readonly values: Set<string>;
}

/** In this order: what comes first wins where several begin at one place. */
const pieces = [
  // Code: a path of a member, an expression. Only the index of a list is a value there.
  ['code', /`[^`\n]*`/u],
  // JSON in an answer: what a member is called stays, and what it says is a message of its own.
  ['member', /"[\w$.-]+"\s?:\s?"(?:[^"\\\n]|\\.){0,1000}"/u],
  ['kept', /"[\w$.-]+"(?=\s?:\s?[^\s])/u],
  ['quoted', /"(?:[^"\\\n]|\\.){0,1000}"|[„“][^“”"\n]{1,1000}[“”"]|[»«][^«»\n]{1,1000}[«»]/u],
  // An apostrophe stands between letters.
  ['quoted', /(?<![\p{L}\p{N}])'[^'\n]{0,500}'(?![\p{L}\p{N}])/u],
  ['value', /https?:\/\/[^\s"'<>)]+/u],
  ['value', /[^\s@"'<>(),;:=]+@[^\s@"'<>(),;:=]+\.\p{L}{2,}/u],
  // What says what was asked, and how it was answered.
  [
    'kept',
    /\banswered \d{3}\b|\bHTTP\/?\s?\d(?:\.\d)?\b|\b(?:ISO|RFC|UTF|SHA)[- ]?\d+(?:-\d+)*\b|\$[a-z]\w*/u,
  ],
  ['kept', /[\w./-]+\.(?:ya?ml|jsonata)\b/u],
  // A word, or what may be a number, a date, an article: a value if it has a digit.
  ['word', /[\p{L}\p{N}_]+(?:(?:[-._]|(?<=\p{N})[:,](?=\p{N}))[\p{L}\p{N}_]+)*/u],
] as const;

const anyPiece = pieces.map(([, pattern]) => `(${pattern.source})`).join('|');

function withoutValues(message: string, own: readonly string[], taking: Taking): string {
  const ownValues = own.length === 0 ? '(?!)' : own.map(toLiteral).join('|');
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(${ownValues})(?![\\p{L}\\p{N}])|${anyPiece}`, 'gu');
  return message.replace(pattern, (found: string, ...groups: readonly unknown[]) => {
    const [isOwn, ...kinds] = groups;
    const kind = pieces[kinds.findIndex((group) => group !== undefined)]?.[0];
    if (isOwn !== undefined) return take(taking, found);
    switch (kind) {
      case 'code':
        return found.replace(/\["[^"]*"\]/g, `["${gap}"]`).replace(/\[\d+\]/g, '[]');
      case 'member':
        return withinMember(found, (said) => withoutValues(said, own, taking));
      case 'quoted':
        return takeQuoted(taking, found);
      case 'value':
        return take(taking, found);
      case 'word':
        return /\p{N}/u.test(found) ? take(taking, found) : found;
      default:
        return found;
    }
  });
}

/** `"error":"…"` */
function withinMember(member: string, change: (said: string) => string): string {
  const begin = member.indexOf('"', member.indexOf(':')) + 1;
  return `${member.slice(0, begin)}${change(member.slice(begin, -1))}"`;
}

function takeQuoted(taking: Taking, quoted: string): string {
  const inner = quoted.slice(1, -1);
  if (taking.names.has(inner)) return quoted;
  take(taking, inner);
  return `${quoted[0]}${gap}${quoted.at(-1)}`;
}

function take({ names, values }: Taking, value: string): string {
  if (names.has(value)) return value;
  if (value !== '') values.add(cutText(value, maxValue));
  return gap;
}

function toLiteral(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Lists of values are one gap, however many there are: `"…", "…" and "…"`. */
function together(text: string): string {
  return text
    .replace(/(["'„“”«»]?…["'“”«»]?)(?:(?:, | and | or | und | oder |\/| )\1)+/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}
