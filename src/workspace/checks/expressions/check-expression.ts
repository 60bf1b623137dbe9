import { checkExpression } from '../../../mapping/expression/expression.ts';
import { checkDateFormat } from '../../../mapping/library/check-date-format.ts';
import { checkDatePicture } from '../../../mapping/library/check-date-picture.ts';
import { dateFormatsIn } from '../../../mapping/survey/date-formats.ts';
import { createFinding, type FilePlace, type Finding } from '../../finding.ts';
import { hintFor } from '../../text/suggest.ts';

/** Names that expressions may speak of. */
export interface KnownNames {
  readonly tables: readonly string[];
  readonly entities: readonly string[];
  /** What a cross-reference may be about: an entity, or a resource that a flow without one writes. */
  readonly references: readonly string[];
}

/** Checks one JSONata text; `placeAt` gives the place of a character of it. */
export function checkExpressionText(
  text: string,
  placeAt: (offset: number) => FilePlace,
  names: KnownNames,
): readonly Finding[] {
  const problem = checkExpression(text);
  if (problem === undefined) return checkNames(text, placeAt, names);
  const [message, hint] = splitHint(problem.message);
  return [createFinding(codes[problem.whole ?? 'syntax'], placeAt(problem.offset), message, hint)];
}

const codes = {
  function: 'TLW_UNKNOWN_FUNCTION',
  arguments: 'TLW_FUNCTION_ARGUMENTS',
  call: 'TLW_EXPRESSION_SYNTAX',
  number: 'TLW_EXPRESSION_SYNTAX',
  syntax: 'TLW_EXPRESSION_SYNTAX',
} as const;

function checkNames(
  text: string,
  placeAt: (offset: number) => FilePlace,
  names: KnownNames,
): readonly Finding[] {
  const unknownTables = calls(text, 'lookup')
    .filter(({ name }) => name !== undefined && !names.tables.includes(name))
    .map(({ name = '', offset }) =>
      createFinding(
        'TLW_UNKNOWN_TABLE',
        placeAt(offset),
        `there is no lookup table "${name}" in config/tables`,
        hintFor(name, names.tables) ?? `a table is a file: config/tables/${name}.yaml or .csv`,
      ),
    );
  const unknownEntities = calls(text, 'xref')
    .filter(({ name }) => name !== undefined && !names.references.includes(name))
    .map(({ name = '', offset }) =>
      createFinding(
        'TLW_UNKNOWN_ENTITY',
        placeAt(offset),
        `there is no entity "${name}", and no resource of that name`,
        hintFor(name, names.references),
      ),
    );
  return [...unknownTables, ...unknownEntities, ...checkDateFormats(text, placeAt)];
}

/** Formats of dates, where they are written out. */
function checkDateFormats(text: string, placeAt: (offset: number) => FilePlace): readonly Finding[] {
  return dateFormatsIn(text).flatMap(({ format, offset, notation }) => {
    const problem = notation === 'tokens' ? checkDateFormat(format) : checkDatePicture(format);
    if (problem === undefined) return [];
    const message = `the date ${notation === 'tokens' ? 'format' : 'picture'} "${format}": ${problem.message}`;
    return [createFinding('TLW_DATE_FORMAT', placeAt(offset + problem.offset), message, problem.hint)];
  });
}

/** Lookup tables that a text names; `undefined` where a name is calculated, so that any table may be meant. */
export function tablesUsedBy(text: string): readonly string[] | undefined {
  const names = calls(text, 'lookup').map(({ name }) => name);
  const known = names.filter((name) => name !== undefined);
  return known.length === names.length ? known : undefined;
}

/** Entities whose name a text gives `$xref`. */
export function entitiesAskedBy(text: string): readonly string[] {
  return xrefsAskedBy(text).map(({ entity }) => entity);
}

/** The same with the place of each name in the text. */
export function xrefsAskedBy(text: string): readonly { readonly entity: string; readonly offset: number }[] {
  return calls(text, 'xref').flatMap(({ name, offset }) =>
    name === undefined ? [] : { entity: name, offset },
  );
}

interface Call {
  /** The first argument where it is a text written out. */
  readonly name: string | undefined;
  readonly offset: number;
}

function calls(text: string, name: string): readonly Call[] {
  // Comments become blanks, so that offsets stay; `/*` inside a string is rare enough to be left alone.
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, (comment) => ' '.repeat(comment.length));
  const pattern = new RegExp(`\\$${name}\\s*\\(\\s*(?:"([^"\\\\]*)"|'([^'\\\\]*)')?`, 'g');
  return [...code.matchAll(pattern)].map((match) => {
    const literal = match[1] ?? match[2];
    const offset = literal === undefined ? match.index : match.index + match[0].length - literal.length - 2;
    return { name: literal, offset };
  });
}

function splitHint(message: string): readonly [string, string?] {
  const [what = message, hint] = message.split(/; (?=did you mean)/);
  return hint === undefined ? [what] : [what, hint];
}
