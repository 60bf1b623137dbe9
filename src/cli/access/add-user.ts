import { Command } from 'commander';
import { withServerOption } from '../asking/with-asking.ts';
import { example, withCommonOptions } from '../common-options.ts';
import { type Context, exit } from '../context.ts';
import { printJson, printNote, printTable } from '../output/print.ts';
import { byOption } from '../who.ts';
import { userColumns, userRow } from './access-text.ts';
import { type GrantOptions, toGrants, withGrantOptions } from './grant-options.ts';
import { readPassword } from './read-password.ts';
import type { DecideOptions, WithinUsers } from './user-options.ts';

interface AddOptions extends DecideOptions, GrantOptions {
  readonly email?: string;
  readonly password?: boolean;
}

export function addUserCommand(context: Context, within: WithinUsers): Command {
  return withGrantOptions(withServerOption(withCommonOptions(new Command('add'))))
    .summary('add a user')
    .argument('<name>', 'what they log in with, and are called in the audit log')
    .option('--email <address>', 'where they are reached')
    .option('--password', 'with a password, typed or on standard input; else a one-time link lets them in')
    .option('--by <name>', byOption)
    .addHelpText(
      'after',
      example(
        'tradelane user add anna --role admin --password',
        'tradelane user add ben --role support --flows "orders-*" --email ben@example.org',
      ),
    )
    .action((name: string, options: AddOptions) =>
      within(options, async (ask) => {
        const grants = toGrants(options);
        const { email } = options;
        const password = options.password ? await readPassword(context, options) : undefined;
        const { user } = await ask('addUser', {
          name,
          grants,
          ...(email !== undefined && { email }),
          ...(password !== undefined && { password }),
        });
        if (options.json) printJson(context, { user });
        else {
          printTable(context, userColumns, [userRow(user)]);
          if (password === undefined)
            printNote(context, `a link that lets them in, once: tradelane user link ${user.name}`);
        }
        return exit.clean;
      }),
    );
}
