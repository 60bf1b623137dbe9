import { Command } from 'commander';
import { takeItems } from '../../app/lists/page.ts';
import type { Ask } from '../../client/create-client.ts';
import { Fault } from '../../contract/fault.ts';
import { parseDuration } from '../../contract/quantity.ts';
import { type AskingOptions, pageInput, withAsking, withServerOption } from '../asking/with-asking.ts';
import {
  example,
  parseLimit,
  type Report,
  refuseUnknownSubcommand,
  withCommonOptions,
} from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine, printNote, printTable } from '../output/print.ts';
import { byOption } from '../who.ts';
import { tokenColumns, tokenRow } from './access-text.ts';
import { type GrantOptions, toGrants, withGrantOptions } from './grant-options.ts';

interface CreateOptions extends AskingOptions, GrantOptions {
  readonly name?: string;
  readonly expires?: string;
  readonly by?: string;
}

interface ListOptions extends AskingOptions {
  readonly all?: boolean;
  readonly limit: string;
}

interface RevokeOptions extends AskingOptions {
  readonly by?: string;
  readonly reason?: string;
}

export function tokenCommand(context: Context, report: Report): Command {
  const token = new Command('token')
    .summary('tokens that programs come in with')
    .description(
      'API tokens: what a script, a build machine or `--server` shows to be let in. A token may what it was given, ' +
        'for a time; it is shown once, and revoked by its id.',
    )
    .addHelpText('after', example('tradelane token', 'tradelane token create --role viewer --name grafana'));
  const within: Within = (options, use) => withAsking(context, options, use).then(report);
  const list = withServerOption(withCommonOptions(new Command('list')))
    .summary('tokens that let in, newest first (the default)')
    .option('--all', 'also those that are revoked or over')
    .option('--limit <n>', 'so many at most', '50')
    .addHelpText('after', example('tradelane token list', 'tradelane token list --all --json'))
    .action((options: ListOptions) => within(options, (ask) => listAll(context, ask, options)));
  token.addCommand(list, { isDefault: true });
  refuseUnknownSubcommand(token, list);
  token.addCommand(createCommand(context, within));
  token.addCommand(revokeCommand(context, within));
  return token;
}

type Within = (options: AskingOptions, use: (ask: Ask) => Promise<ExitCode>) => Promise<void>;

function createCommand(context: Context, within: Within): Command {
  return withGrantOptions(withServerOption(withCommonOptions(new Command('create'))))
    .summary('make a token, and show it once')
    .option('--name <text>', 'what it is for')
    .option('--expires <duration>', 'how long it lets in, such as 90d; `access.tokens` says, if left out')
    .option('--by <name>', byOption)
    .addHelpText(
      'after',
      example(
        'tradelane token create --role admin --json',
        'tradelane token create --role support --flows "orders-*" --name helpdesk --expires 30d',
      ),
    )
    .action((options: CreateOptions) => within(options, (ask) => create(context, ask, options)));
}

function revokeCommand(context: Context, within: Within): Command {
  return withServerOption(withCommonOptions(new Command('revoke')))
    .summary('let a token in no more, at once')
    .argument('<id>', 'its id, as `token list` shows it; of one that was found somewhere, its beginning')
    .option('--reason <text>', 'why, for whoever looks later')
    .option('--by <name>', byOption)
    .addHelpText('after', example('tradelane token revoke tl_k3v9x2abcd'))
    .action((id: string, options: RevokeOptions) =>
      within(options, async (ask) => {
        const { reason } = options;
        const { revoked } = await ask('revokeToken', { token: id, ...(reason !== undefined && { reason }) });
        if (options.json) printJson(context, { revoked });
        else printLine(context, `${revoked.id} lets nobody in any more`);
        return exit.clean;
      }),
    );
}

async function create(context: Context, ask: Ask, options: CreateOptions): Promise<ExitCode> {
  const { name, expires } = options;
  const made = await ask('createToken', {
    grants: toGrants(options),
    ...(name !== undefined && { name }),
    ...(expires !== undefined && { expires: requireExpires(expires) }),
  });
  if (options.json) printJson(context, made);
  else {
    printLine(context, made.token);
    printNote(
      context,
      `lets in until ${made.expiresAt}; it is not shown again. tradelane token revoke ${made.id}`,
    );
  }
  return exit.clean;
}

async function listAll(context: Context, ask: Ask, options: ListOptions): Promise<ExitCode> {
  const limit = parseLimit(options.limit, '--limit');
  const tokens = await takeItems(limit, async (page) => {
    const { tokens: items, ...rest } = await ask('listTokens', {
      all: options.all === true,
      ...pageInput(page),
    });
    return { items, ...rest };
  });
  if (options.json) printJson(context, { tokens });
  else if (tokens.length === 0) printLine(context, 'no token lets anybody in');
  else printTable(context, tokenColumns, tokens.map(tokenRow));
  if (tokens.length === limit) printNote(context, `the first ${limit}; --limit shows more`);
  return exit.clean;
}

function requireExpires(text: string): string {
  if (parseDuration(text) !== undefined) return text;
  throw new Fault('TL_ARGUMENT_INVALID', `--expires must be a duration such as 12h or 90d, got "${text}"`);
}
