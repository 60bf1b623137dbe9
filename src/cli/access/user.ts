import { Command } from 'commander';
import { takeItems } from '../../app/lists/page.ts';
import type { UserAnswer } from '../../contract/generated/endpoints.ts';
import { type AskingOptions, pageInput, withAsking, withServerOption } from '../asking/with-asking.ts';
import {
  example,
  parseLimit,
  type Report,
  refuseUnknownSubcommand,
  withCommonOptions,
} from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine, printNote, printTable } from '../output/print.ts';
import { byOption } from '../who.ts';
import { userColumns, userRow } from './access-text.ts';
import { addUserCommand } from './add-user.ts';
import { type GrantOptions, toGrants, withGrantOptions } from './grant-options.ts';
import { readPassword } from './read-password.ts';
import { userLinkCommand } from './user-link.ts';
import type { DecideOptions, WithinUsers } from './user-options.ts';

export function userCommand(context: Context, report: Report): Command {
  const user = new Command('user')
    .summary('who may come in, and what they may')
    .description(
      'Users of console and API. Those whom an identity provider knows come by themselves when they log in; others are ' +
        'added here. Whoever has the database can always add one.',
    )
    .addHelpText('after', example('tradelane user', 'tradelane user add anna --role support --password'));
  const within: WithinUsers = (options, use) => withAsking(context, options, use).then(report);
  const list = listCommand(context, within);
  user.addCommand(list, { isDefault: true });
  refuseUnknownSubcommand(user, list);
  user.addCommand(addUserCommand(context, within));
  user.addCommand(grantCommand(context, within));
  user.addCommand(passwordCommand(context, within));
  user.addCommand(disableCommand(context, within));
  user.addCommand(enableCommand(context, within));
  user.addCommand(userLinkCommand(context, within));
  return user;
}

function listCommand(context: Context, within: WithinUsers): Command {
  return withServerOption(withCommonOptions(new Command('list')))
    .summary('all users (the default)')
    .option('--limit <n>', 'so many at most', '200')
    .addHelpText('after', example('tradelane user list --json'))
    .action((options: AskingOptions & { readonly limit: string }) =>
      within(options, async (ask) => {
        const limit = parseLimit(options.limit, '--limit');
        const users = await takeItems(limit, async (page) => {
          const { users: items, ...rest } = await ask('listUsers', pageInput(page));
          return { items, ...rest };
        });
        if (options.json) printJson(context, { users });
        else if (users.length === 0) printLine(context, 'nobody yet');
        else printTable(context, userColumns, users.map(userRow));
        if (users.length === limit) printNote(context, `the first ${limit}; --limit shows more`);
        return exit.clean;
      }),
    );
}

function grantCommand(context: Context, within: WithinUsers): Command {
  const command = withGrantOptions(begin('grant', 'what a user may, in place of what they might'))
    .option('--force', 'also where nobody is left who may see to users')
    .addHelpText('after', example('tradelane user grant anna --role integrator --flows "orders-*"'));
  return command.action((name: string, options: DecideOptions & GrantOptions) =>
    within(options, async (ask) => {
      const wish = { user: name, grants: toGrants(options), ...decisionOf(options) };
      return tell(context, await ask('grantUser', wish), options);
    }),
  );
}

function passwordCommand(context: Context, within: WithinUsers): Command {
  const command = begin('password', 'give a user another password, typed or on standard input');
  return command
    .addHelpText(
      'after',
      example('tradelane user password anna', 'cat password.txt | tradelane user password anna'),
    )
    .action((name: string, options: DecideOptions) =>
      within(options, async (ask) => {
        const password = await readPassword(context, options);
        const wish = { user: name, password, ...decisionOf(options) };
        return tell(context, await ask('setPassword', wish), options);
      }),
    );
}

function disableCommand(context: Context, within: WithinUsers): Command {
  return begin('disable', 'let a user in no more, at once: sessions and tokens of theirs end')
    .option('--force', 'also where nobody is left who may see to users')
    .addHelpText('after', example('tradelane user disable anna --reason "has left"'))
    .action((name: string, options: DecideOptions) =>
      within(options, async (ask) =>
        tell(context, await ask('disableUser', { user: name, ...decisionOf(options) }), options),
      ),
    );
}

function enableCommand(context: Context, within: WithinUsers): Command {
  return begin('enable', 'let a disabled user in again')
    .addHelpText('after', example('tradelane user enable anna'))
    .action((name: string, options: DecideOptions) =>
      within(options, async (ask) =>
        tell(context, await ask('enableUser', { user: name, ...decisionOf(options) }), options),
      ),
    );
}

function begin(name: string, summary: string): Command {
  return withServerOption(withCommonOptions(new Command(name)))
    .summary(summary)
    .argument('<name>', 'the user')
    .option('--reason <text>', 'why, for whoever looks later')
    .option('--by <name>', byOption);
}

function decisionOf({ reason, force }: DecideOptions): { reason?: string; evenLast?: true } {
  return { ...(reason !== undefined && { reason }), ...(force === true && { evenLast: true as const }) };
}

function tell(context: Context, { user }: { readonly user: UserAnswer }, options: CommonOptions): ExitCode {
  if (options.json) printJson(context, { user });
  else printTable(context, userColumns, [userRow(user)]);
  return exit.clean;
}
