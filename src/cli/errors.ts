import { Command } from 'commander';
import { Fault } from '../contract/fault.ts';
import { settleByHand } from '../engine/decide/settle-errors.ts';
import { type DeadLetter, type ErrorFilter, groupErrors, listErrors, loadError } from '../store/errors.ts';
import { findOpenIds } from '../store/settle-errors.ts';
import {
  example,
  parseCount,
  parseLimit,
  parseTime,
  type Report,
  refuseUnknownSubcommand,
  withCommonOptions,
} from './common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from './context.ts';
import { openWorkspaceStore, type Store } from './open-store.ts';
import { printJson, printLine, printNote, printTable } from './output/print.ts';
import { byOption, whoOf } from './who.ts';

export interface FilterOptions extends CommonOptions {
  readonly flow?: string;
  readonly code?: string;
  readonly since?: string;
  readonly message?: string;
}

interface ListOptions extends FilterOptions {
  readonly limit: string;
}

interface CloseOptions extends FilterOptions {
  readonly reason?: string;
  readonly by?: string;
}

export function errorsCommand(context: Context, report: Report): Command {
  const errors = new Command('errors')
    .summary('what failed, and why')
    .description('Dead letters: records that failed for good, kept whole until somebody resolves them.')
    .addHelpText(
      'after',
      example('tradelane errors', 'tradelane errors list --flow orders-to-erp', 'tradelane errors show 17'),
    );
  const within = <O extends CommonOptions>(options: O, use: (store: Store) => Promise<ExitCode>) =>
    withStore(context, options, use).then(report);

  const byCause = withErrorFilter(withCommonOptions(new Command('groups')))
    .summary('open errors by cause (the default)')
    .addHelpText('after', example('tradelane errors', 'tradelane errors groups --flow orders-to-erp --json'))
    .action((options: FilterOptions) => within(options, (store) => groups(context, store, options)));
  errors.addCommand(byCause, { isDefault: true });
  refuseUnknownSubcommand(errors, byCause);
  errors.addCommand(
    withErrorFilter(withCommonOptions(new Command('list')))
      .summary('open errors, one a line')
      .option('--limit <n>', 'so many at most', '50')
      .addHelpText('after', example('tradelane errors list --flow orders-to-erp --code TL_MAP_FAILED'))
      .action((options: ListOptions) => within(options, (store) => list(context, store, options))),
  );
  errors.addCommand(
    withCommonOptions(new Command('show'))
      .summary('one error with the record as it was read')
      .argument('<id>', 'id of the error, as `errors list` shows it')
      .addHelpText('after', example('tradelane errors show 17', 'tradelane errors show 17 --json'))
      .action((id: string, options: CommonOptions) =>
        within(options, (store) =>
          show(context, store, { id: parseCount(id, 'the id'), json: options.json === true }),
        ),
      ),
  );
  for (const state of ['resolved', 'discarded'] as const) {
    errors.addCommand(
      withErrorFilter(withCommonOptions(new Command(state === 'resolved' ? 'resolve' : 'discard')))
        .summary(
          state === 'resolved' ? 'settled otherwise, e.g. by hand at the target' : 'not wanted any more',
        )
        .argument('[ids...]', 'ids of errors')
        .addHelpText(
          'after',
          example(
            state === 'resolved'
              ? 'tradelane errors resolve 17 --reason "entered by hand"'
              : 'tradelane errors discard --flow orders-to-erp --code TL_KEY_MISSING',
          ),
        )
        .option('--reason <text>', 'why, for whoever looks later')
        .option('--by <name>', byOption)
        .action((ids: string[], options: CloseOptions) =>
          within(options, (store) => close(context, store, { ids, options, state })),
        ),
    );
  }
  return errors;
}

export function withErrorFilter(command: Command): Command {
  return command
    .option('--flow <name>', 'errors of this flow')
    .option('--code <code>', 'errors with this code')
    .option('--message <text>', 'errors whose message contains this')
    .option('--since <time>', 'errors since this time');
}

export function toErrorFilter(ids: readonly string[], options: FilterOptions): ErrorFilter {
  return {
    ...(ids.length > 0 && { ids: ids.map((id) => parseCount(id, 'an id')) }),
    ...(options.flow !== undefined && { flow: options.flow }),
    ...(options.code !== undefined && { code: options.code }),
    ...(options.message !== undefined && { message: options.message }),
    ...(options.since !== undefined && { since: parseTime(options.since, '--since') }),
  };
}

/** Nothing named is not the same as everything. */
export function requireFilter(filter: ErrorFilter): void {
  if (Object.keys(filter).length > 0) return;
  throw new Fault('TL_ARGUMENT_INVALID', 'name the errors: ids, or --flow, --code, --message, --since');
}

async function withStore<T>(
  context: Context,
  options: CommonOptions,
  use: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await openWorkspaceStore(context, options);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

async function groups(context: Context, store: Store, options: FilterOptions): Promise<ExitCode> {
  const found = await groupErrors(store.db, toErrorFilter([], options));
  if (options.json) printJson(context, { groups: found });
  else if (found.length === 0) printLine(context, 'no open errors');
  else {
    const columns = [
      { title: 'count', align: 'right' as const },
      { title: 'flow' },
      { title: 'stage' },
      { title: 'code' },
      { title: 'for example' },
    ];
    const rows = found.map((group) => [
      String(group.count),
      group.flow,
      group.stage,
      group.code,
      sample(group),
    ]);
    printTable(context, columns, rows);
  }
  return found.length > 0 ? exit.findings : exit.clean;
}

async function list(context: Context, store: Store, options: ListOptions): Promise<ExitCode> {
  const filter = { ...toErrorFilter([], options), states: ['open', 'replaying'] as const };
  const limit = parseLimit(options.limit, '--limit');
  const found = await listErrors(store.db, { ...filter, limit });
  if (options.json) printJson(context, { errors: found });
  else if (found.length === 0) printLine(context, 'no open errors');
  else {
    const columns = [
      { title: 'id', align: 'right' as const, isName: true as const },
      { title: 'flow' },
      { title: 'key', isName: true as const },
      { title: 'stage' },
      { title: 'code' },
      { title: 'message' },
    ];
    const rows = found.map((error) => [
      String(error.id),
      error.flow,
      error.key ?? '-',
      error.stage,
      error.code,
      firstLine(error.message),
    ]);
    printTable(context, columns, rows);
    if (found.length === limit) printNote(context, `the first ${limit}; --limit shows more`);
  }
  return found.length > 0 ? exit.findings : exit.clean;
}

async function show(
  context: Context,
  store: Store,
  { id, json }: { readonly id: number; readonly json: boolean },
): Promise<ExitCode> {
  const found = await loadError(store.db, id);
  if (!found) throw new Fault('TL_ARGUMENT_INVALID', `there is no error ${id}`);
  const record = 'raw' in found.record ? found.record.raw : found.record.native;
  if (json) printJson(context, { ...found.error, record });
  else {
    for (const [name, value] of describe(found.error)) printLine(context, `${name.padEnd(9)} ${value}`);
    printLine(context, `\n${typeof record === 'string' ? record : JSON.stringify(record, undefined, 2)}`);
  }
  return exit.clean;
}

async function close(
  context: Context,
  store: Store,
  {
    ids,
    options,
    state,
  }: {
    readonly ids: readonly string[];
    readonly options: CloseOptions;
    readonly state: 'resolved' | 'discarded';
  },
): Promise<ExitCode> {
  const filter = toErrorFilter(ids, options);
  requireFilter(filter);
  const open = await findOpenIds(store.db, filter);
  const by = whoOf(context, options);
  const closed = await settleByHand(store.db, open, {
    state,
    by,
    reason: options.reason ?? `${state} by hand`,
  });
  if (options.json) printJson(context, { [state]: closed });
  else printLine(context, `${closed.length} ${state}`);
  return exit.clean;
}

function describe(error: DeadLetter): readonly (readonly [string, string])[] {
  const { status, code, message } = error.answer ?? {};
  const answer = [status, code, message].filter((part) => part !== undefined).join(' ');
  return (
    [
      ['error', String(error.id)],
      ['flow', error.flow],
      ['run', String(error.runId)],
      ['key', error.key],
      ['state', error.reason ? `${error.state} (${error.reason})` : error.state],
      ['stage', error.stage],
      ['code', error.code],
      ['message', error.message],
      ['at', error.at],
      ['answer', answer],
      ['attempts', String(error.attempts)],
      ['since', error.createdAt.toISOString()],
    ] as const
  ).flatMap(([name, value]) => (value ? [[name, value] as const] : []));
}

function sample(group: { readonly key: string | undefined; readonly message: string }): string {
  return group.key === undefined ? firstLine(group.message) : `${group.key}: ${firstLine(group.message)}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
