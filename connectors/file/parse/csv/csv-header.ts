import { unreadable } from '../entry.ts';

const delimiters = [',', ';', '\t', '|'];

/** The delimiter that stands most often in the first line outside quotes; a comma where there is none. */
export function detectDelimiter(start: Buffer, quote: string | false): string {
  const [line = ''] = start
    .toString('utf8')
    .replace(/^[\r\n]+/, '')
    .split(/[\r\n]/, 1);
  const bare =
    quote === false
      ? line
      : line
          .split(quote)
          .filter((_, index) => index % 2 === 0)
          .join('');
  const counts = delimiters.map((delimiter) => bare.split(delimiter).length - 1);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** 13 where lines end in \r alone, as old Macs write them; 10 otherwise. */
export function detectNewline(start: Buffer): number {
  return !start.includes(10) && start.includes(13) ? 13 : 10;
}

export interface Header {
  readonly names: readonly string[];
  /** Lines end in a delimiter, so each has one more, empty cell. */
  readonly openEnd: boolean;
}

/** What a resource needs of a header, to fail at once and not once a record. */
export interface HeaderNeeds {
  readonly columns: readonly string[] | undefined;
  /** Columns that must be there, and what for. */
  readonly used: readonly { readonly name: string; readonly as: string }[];
  /** Name that must not be a column, because the document has it for its rows. */
  readonly reserved: string | undefined;
}

/** Checks the cells of a header line; throws TL_SOURCE_UNREADABLE that names what is wrong. */
export function parseHeader(
  cells: readonly string[],
  needs: HeaderNeeds,
  place: { readonly file: string; readonly line: number },
): Header {
  const all = cells.map((cell) => cell.trim());
  const openEnd = all.length > 1 && all.at(-1) === '';
  const names = openEnd ? all.slice(0, -1) : all;
  const problem = problemOf(names, needs);
  if (problem !== undefined) throw unreadable(place.file, place.line, problem);
  return { names, openEnd };
}

function problemOf(names: readonly string[], needs: HeaderNeeds): string | undefined {
  const unnamed = names.indexOf('');
  if (unnamed !== -1) return `column ${unnamed + 1} of the header has no name`;
  if (names.includes('__proto__')) return 'the header has a column __proto__, which cannot be a name';
  const doubled = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  if (doubled.length > 0) return `the header names ${quoted(doubled)} more than once`;
  const missing = needs.columns?.filter((name) => !names.includes(name)) ?? [];
  const unknown = needs.columns === undefined ? [] : names.filter((name) => !needs.columns?.includes(name));
  if (missing.length + unknown.length > 0) {
    const parts = [
      ...(missing.length > 0 ? [`lacks ${quoted(missing)}`] : []),
      ...(unknown.length > 0 ? [`has ${quoted(unknown)}, which \`columns\` does not list`] : []),
    ];
    return `the header ${parts.join(' and ')}`;
  }
  const gone = needs.used.find(({ name }) => !names.includes(name));
  if (gone !== undefined) return `the header lacks "${gone.name}", the ${gone.as}; it has ${quoted(names)}`;
  if (needs.reserved !== undefined && names.includes(needs.reserved)) {
    return `the header has a column "${needs.reserved}", which is the name of the document's rows (group.as)`;
  }
  return undefined;
}

/** A file of another kind can have a "header" of any length: the message must not. */
function quoted(names: readonly string[]): string {
  const shown = names
    .slice(0, 20)
    .map((name) => `"${name.slice(0, 60)}"`)
    .join(', ');
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown;
}
