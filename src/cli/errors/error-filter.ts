import type { Command } from 'commander';
import { requireKnownFlow } from '../../app/open/known-flow.ts';
import { Fault } from '../../contract/fault.ts';
import { faultCodes, isFaultCode } from '../../contract/fault-table.ts';
import { counted } from '../../contract/text/counted.ts';
import { type ErrorFilter, type ErrorState, listErrors } from '../../store/errors/errors.ts';
import { countOpenErrors, listErrorNames, searchErrors } from '../../store/errors/find-errors.ts';
import type { Database } from '../../store/postgres/database.ts';
import { hintFor, listOf } from '../../workspace/text/suggest.ts';
import { parseTimeOption, workspaceDir } from '../common-options.ts';
import type { CommonOptions, Context } from '../context.ts';
import { printNote } from '../output/print.ts';

/** Which errors are meant, as it is typed. */
export interface ErrorFilterOptions extends CommonOptions {
  readonly flow?: string;
  readonly code?: string;
  readonly key?: string;
  readonly text?: string;
  readonly message?: string;
  readonly since?: string;
}

export function withErrorFilter(command: Command): Command {
  return command
    .option('--flow <name>', 'errors of this flow')
    .option('--code <code>', 'errors with this code')
    .option('--key <key>', 'errors of the record with this business key')
    .option(
      '--text <text>',
      'errors that have this anywhere in record, key or message, such as an e-mail address',
    )
    .option('--message <text>', 'errors whose message contains this')
    .option('--since <time>', 'errors since this time');
}

export const openStates: readonly ErrorState[] = ['open', 'replaying'];
export const allStates: readonly ErrorState[] = ['open', 'replaying', 'resolved', 'discarded'];

interface Asked {
  readonly ids?: readonly string[];
  readonly options: ErrorFilterOptions;
  readonly states: readonly ErrorState[];
}

/**
 * The filter that was typed, for the statements on errors. Throws a Fault TL_ARGUMENT_INVALID for a flow, a code or an
 * id that cannot be meant, with what there is instead.
 */
export async function toErrorFilter(
  context: Context,
  db: Database,
  { ids = [], options, states }: Asked,
): Promise<ErrorFilter> {
  const { flow, code, key, text, message, since } = options;
  const filter: ErrorFilter = {
    ...(ids.length > 0 && { ids: ids.map(parseId) }),
    ...(flow !== undefined && { flow }),
    ...(code !== undefined && { code }),
    ...(key !== undefined && { key }),
    ...(message !== undefined && { message }),
    ...(since !== undefined && { since: parseTimeOption(since, '--since') }),
  };
  await requireNames(context, db, options);
  if (filter.ids !== undefined) await requireIds(db, filter.ids, states);
  if (text === undefined) return filter;
  if (text.trim() === '') throw new Fault('TL_ARGUMENT_INVALID', '--text: expected some text, got nothing');
  return { ...filter, ids: await searchErrors(db, { ...filter, states }, text) };
}

function parseId(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `an id must be a whole number, got "${text}"; --key names the key of a record`,
  );
}

/** Nothing named is not the same as everything. */
export function requireFilter(ids: readonly string[], options: ErrorFilterOptions): void {
  const { flow, code, key, text, message, since } = options;
  if (ids.length > 0 || [flow, code, key, text, message, since].some((each) => each !== undefined)) return;
  const ways = 'ids, or --flow, --code, --key, --text, --message, --since';
  throw new Fault('TL_ARGUMENT_INVALID', `name the errors: ${ways}`);
}

/** That nothing fits does not say that all is well. */
export async function noneFits(db: Database, options: ErrorFilterOptions): Promise<string> {
  const open = await countOpenErrors(db);
  if (open === 0) return 'no open errors';
  const { flow, code, key, text, message, since } = options;
  const isNarrowed = [flow, code, key, text, message, since].some((each) => each !== undefined);
  return isNarrowed
    ? `no open error fits; ${counted(open, 'error')} ${open === 1 ? 'is' : 'are'} open: tradelane errors`
    : 'no open errors';
}

async function requireNames(context: Context, db: Database, options: ErrorFilterOptions): Promise<void> {
  await requireKnownFlow(context, db, { dir: workspaceDir(context, options), flow: options.flow });
  const { code } = options;
  if (code === undefined || isFaultCode(code)) return;
  const known = await listErrorNames(db);
  if (known.codes.includes(code)) return;
  const codes = [...new Set([...known.codes, ...faultCodes])];
  const hint = hintFor(code, codes) ?? '';
  const near = hint.startsWith('did you mean') ? hint : `there have been ${listOf(known.codes) || 'none'}`;
  const said = `no error has had the code "${code}"; ${near}`;
  // Codes of the engine are all known; one that a flow gives itself may be new.
  if (code.startsWith('TL_') || hint.startsWith('did you mean')) throw new Fault('TL_ARGUMENT_INVALID', said);
  printNote(context, said);
}

/** Ids are meant one by one: to reach some of them would hide the mistake. */
async function requireIds(
  db: Database,
  ids: readonly number[],
  states: readonly ErrorState[],
): Promise<void> {
  const found = await listErrors(db, { ids, states: allStates, limit: ids.length });
  const unknown = ids.filter((id) => !found.some((error) => error.id === id));
  if (unknown.length > 0) throw new Fault('TL_ARGUMENT_INVALID', await whyUnknown(db, unknown));
  const settled = found.filter(({ state }) => !states.includes(state));
  const [first] = settled;
  if (first === undefined) return;
  const by = first.settledBy === undefined ? '' : ` by ${first.settledBy}`;
  const how = `${first.state}${by} (${first.reason ?? 'no reason given'})`;
  const rest = settled.length === 1 ? '' : `, and ${counted(settled.length - 1, 'other')} as well`;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `error ${first.id} is not open: it is ${how}${rest}; \`tradelane errors reopen\` takes back what a person decided`,
  );
}

/** `there is no error 99; open are 1, 2, 5` */
export async function whyUnknown(db: Database, unknown: readonly number[]): Promise<string> {
  const open = await listErrors(db, { states: openStates, limit: 11 });
  const shown = open.slice(0, 10).map(({ id }) => String(id));
  const there =
    open.length === 0
      ? 'none is open'
      : `open are ${shown.join(', ')}${open.length > shown.length ? ', …' : ''}`;
  return `there is no error ${unknown.join(', ')}; ${there}`;
}
