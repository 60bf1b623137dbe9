import { Command } from 'commander';
import { localCaller } from '../../app/access/caller.ts';
import { createToken, pageTokens, revokeToken } from '../../app/access/tokens/tokens.ts';
import { takeItems } from '../../app/lists/page.ts';
import { type OpenDatabase, withDatabase } from '../../app/open/open-database.ts';
import { Fault } from '../../contract/fault.ts';
import { parseDuration } from '../../contract/quantity.ts';
import {
  example,
  parseLimit,
  type Report,
  refuseUnknownSubcommand,
  withCommonOptions,
  workspaceDir,
} from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine, printNote, printTable } from '../output/print.ts';
import { byOption, whoOf } from '../who.ts';
import { accessSettings } from './access-settings.ts';
import { tokenColumns, tokenRow } from './access-text.ts';
import { type GrantOptions, toGrants, withGrantOptions } from './grant-options.ts';

interface CreateOptions extends CommonOptions, GrantOptions {
  readonly name?: string;
  readonly expires?: string;
  readonly by?: string;
}

interface ListOptions extends CommonOptions {
  readonly all?: boolean;
  readonly limit: string;
}

interface RevokeOptions extends CommonOptions {
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
  const within: Within = (options, use) =>
    withDatabase(context, workspaceDir(context, options), use).then(report);
  const list = withCommonOptions(new Command('list'))
    .summary('tokens that let in, newest first (the default)')
    .option('--all', 'also those that are revoked or over')
    .option('--limit <n>', 'so many at most', '50')
    .addHelpText('after', example('tradelane token list', 'tradelane token list --all --json'))
    .action((options: ListOptions) => within(options, (open) => listAll(context, open, options)));
  token.addCommand(list, { isDefault: true });
  refuseUnknownSubcommand(token, list);
  token.addCommand(createCommand(context, within));
  token.addCommand(revokeCommand(context, within));
  return token;
}

type Within = (options: CommonOptions, use: (open: OpenDatabase) => Promise<ExitCode>) => Promise<void>;

function createCommand(context: Context, within: Within): Command {
  return withGrantOptions(withCommonOptions(new Command('create')))
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
    .action((options: CreateOptions) => within(options, (open) => create(context, open, options)));
}

function revokeCommand(context: Context, within: Within): Command {
  return withCommonOptions(new Command('revoke'))
    .summary('let a token in no more, at once')
    .argument('<id>', 'its id, as `token list` shows it; of one that was found somewhere, its beginning')
    .option('--reason <text>', 'why, for whoever looks later')
    .option('--by <name>', byOption)
    .addHelpText('after', example('tradelane token revoke tl_k3v9x2abcd'))
    .action((id: string, options: RevokeOptions) =>
      within(options, async (open) => {
        const decision = { by: whoOf(context, options), reason: options.reason };
        const revoked = await revokeToken(open, id, decision);
        if (options.json) printJson(context, { revoked });
        else printLine(context, `${revoked.id} lets nobody in any more`);
        return exit.clean;
      }),
    );
}

async function create(context: Context, open: OpenDatabase, options: CreateOptions): Promise<ExitCode> {
  const wish = { name: options.name, grants: toGrants(options), lastsMs: parseExpires(options.expires) };
  const { tokens } = await accessSettings(open);
  const made = await createToken(open, wish, localCaller(whoOf(context, options)), tokens);
  if (options.json) printJson(context, made);
  else {
    printLine(context, made.token);
    printNote(
      context,
      `lets in until ${made.expiresAt.toISOString()}; it is not shown again. tradelane token revoke ${made.id}`,
    );
  }
  return exit.clean;
}

async function listAll(context: Context, open: OpenDatabase, options: ListOptions): Promise<ExitCode> {
  const limit = parseLimit(options.limit, '--limit');
  const which = options.all ? ('all' as const) : ('usable' as const);
  const tokens = await takeItems(limit, (page) => pageTokens(open, { which }, page));
  if (options.json) printJson(context, { tokens });
  else if (tokens.length === 0) printLine(context, 'no token lets anybody in');
  else printTable(context, tokenColumns, tokens.map(tokenRow));
  if (tokens.length === limit) printNote(context, `the first ${limit}; --limit shows more`);
  return exit.clean;
}

function parseExpires(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new Fault('TL_ARGUMENT_INVALID', `--expires must be a duration such as 12h or 90d, got "${text}"`);
}
