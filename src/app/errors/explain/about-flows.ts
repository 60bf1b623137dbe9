import type { FaultSubject } from '../../../contract/fault.ts';
import { ended, type Facts, inItsWords, mendFirst, onceItWorks, type Say, type Saying } from './facts.ts';
import { capitalized, memberWords } from './member-words.ts';

/** Of the flow's own steps. */
export const aboutFlows = {
  TL_KEY_MISSING: (facts: Facts): Saying => ({
    sentence: `${facts.record} has nothing to be known by: its key is missing, or cannot be used.`,
    next: correctAtSource(facts),
  }),
  TL_KEY_INVALID: (facts: Facts): Saying => ({
    sentence: inItsWords(`${facts.record} cannot be known by its key`, reasonOf(facts)),
    next: correctAtSource(facts),
  }),
  TL_VALIDATE_ENTITY: (facts: Facts): Saying => ({
    sentence: misfits(facts),
    next: correctAtSource(facts),
  }),
  TL_VALIDATE_PAYLOAD: (facts: Facts): Saying => ({
    sentence: `${facts.target} would not take ${facts.record}. ${misfits(facts)}`,
    next: correctAtSource(facts),
  }),
  TL_FILTER_FAILED: (facts: Facts): Saying => ({
    sentence: inItsWords(`the flow cannot tell whether it wants ${facts.record}`, inPlainWords(facts)),
    next: mendFirst(facts, `Have the flow corrected${placeOf(facts)}, or the record in ${facts.source}`),
  }),
  TL_MAP_FAILED: (facts: Facts): Saying => missingRow(facts) ?? failedMapping(facts),
  TL_MAP_REFUSED: (facts: Facts): Saying => ({
    sentence: facts.plain === '' ? `the flow refuses ${facts.record}.` : ended(facts.plain),
    next: mendFirst(facts, 'Do what the message says'),
  }),
  TL_MAP_SLOW: (facts: Facts): Saying => ({
    sentence: `the flow takes too long to work out ${facts.record}.`,
    next:
      facts.what.standing === 'error'
        ? mendFirst(facts, `Have the integrator simplify the expression${placeOf(facts)}`)
        : onceItWorks(facts, 'the machine'),
  }),
  TL_RECORD_TOO_LARGE: (facts: Facts): Saying => ({
    sentence: `${facts.record} is too large, or nested too deeply.`,
    next: `Have \`maxRecord\` raised by whoever runs Tradelane, then read it again; or have it made smaller in ${facts.source}.`,
    command:
      facts.what.names.flow === undefined ? undefined : `tradelane run ${facts.what.names.flow} --full`,
  }),
  TL_GUARD_TRIPPED: (facts: Facts): Saying => ({
    sentence: `the run is held before it does harm${harmOf(facts)}.`,
    next: 'Look whether that is right: approve the run if it is, else reject it.',
    command: facts.what.run === undefined ? undefined : `tradelane runs approve ${facts.what.run}`,
  }),
  TL_RUN_REJECTED: (facts: Facts): Saying => ({
    sentence: `${facts.record} was not written, as its run was rejected${rejection(facts)}.`,
    next: `Correct it in ${facts.source}, which then sends it again; or replay it if it is right after all.`,
  }),
  TL_TAKEN_OUT: (facts: Facts): Saying => ({
    sentence: `${facts.record} was taken out of its lane${takerOf(facts)}.`,
    next: 'Replay it once it may go on, or discard it.',
  }),
} as const satisfies Readonly<Record<string, Say>>;

function correctAtSource({ source }: Facts): string {
  return `Correct it in ${source}, which then sends it again; or replay it with the right value.`;
}

/** What the message lists of a value that does not fit its schema: the first, and how many more there are. */
function misfits(facts: Facts): string {
  const listed = facts.plain.replace(/^(?:payload for [^:]+|[^:(`]+\([^)]*\)): /, '').split(/; (?=`)/);
  const [first = '', ...more] = listed;
  const rest = more.length === 1 ? ' One more value is wrong.' : ` ${more.length} more values are wrong.`;
  return `${ended(misfit(first, facts))}${more.length === 0 ? '' : rest}`;
}

/** `\`lines[2].sku\` is missing` → `Line 3 of the order has no sku`. */
function misfit(problem: string, { record }: Facts): string {
  const [, path, says = ''] = /^`([^`]*)` (.*)$/s.exec(problem) ?? [];
  if (path === undefined) return problem === '' ? `${record} does not fit` : problem;
  if (says !== 'is missing') return capitalized(`${memberWords(path)} of ${record} ${says}`);
  const [member = '', ...owners] = memberWords(path).split(' of ');
  return capitalized(`${[...owners, record].join(' of ')} has no ${member}`);
}

/** `Germany` is not in a table: the commonest thing a clerk can mend without anybody. */
function missingRow(facts: Facts): Saying | undefined {
  const { table, value, path } = facts.what.about ?? subjectOf(facts);
  if (table === undefined || value === undefined) return undefined;
  const what = path === undefined || path.startsWith('$') ? '' : `${memberWords(path)} `;
  return {
    sentence: `${what}${JSON.stringify(value)} of ${facts.record} is not known: the table ${table} has no row for it.`,
    next: mendFirst(facts, `Add it to the table ${table}, or correct it in ${facts.source}`),
  };
}

/** Of errors that were kept before it was told apart. */
function subjectOf({ plain }: Facts): FaultSubject {
  const found = /\$lookup(?: \(`([^`]+)`\))?: the table "([^"]+)" has no row for ("(?:[^"\\]|\\.)*")/.exec(
    plain,
  );
  if (found === null) return {};
  const [, path, table = '', value = '""'] = found;
  return { table, value: JSON.parse(value) as string, ...(path !== undefined && { path }) };
}

function failedMapping(facts: Facts): Saying {
  return {
    sentence: inItsWords(`the flow cannot work with a value of ${facts.record}`, inPlainWords(facts)),
    next: mendFirst(
      facts,
      `Correct the value in ${facts.source}, or have the flow corrected${placeOf(facts)}`,
    ),
  };
}

/** Where the message names the member, without the function that it was given to. */
function inPlainWords({ plain }: Facts): string {
  const given = /^argument \d+ of \$\w+ \(`([^`]+)`\) (must .*)$/s.exec(plain);
  const side = /^`([^`]+)`, the (?:left|right) side of `[^`]+`, (must .*)$/s.exec(plain);
  const [, path, says] = given ?? side ?? [];
  return path === undefined ? plain : `${memberWords(path)} ${says}`;
}

function placeOf({ what: { at } }: Facts): string {
  return at === undefined ? '' : ` (${at})`;
}

/** The key and what is wrong with it, without where it was read. */
function reasonOf({ plain }: Facts): string {
  return plain.replace(/^[\w.-]+: /, '');
}

function rejection({ plain }: Facts): string {
  const reason = /^the run was rejected: (.*?)(?: \(would .*\))?$/s.exec(plain)?.[1];
  return reason === undefined ? '' : `: ${reason}`;
}

function harmOf({ plain }: Facts): string {
  const harm = /^would .*?(?=; guards\.|$)/s.exec(plain)?.[0];
  return harm === undefined ? '' : `: it ${harm}`;
}

function takerOf({ plain }: Facts): string {
  return /^taken out of its lane( by .*?)(?=; it waited|$)/s.exec(plain)?.[1] ?? '';
}
