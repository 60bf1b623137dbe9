import { Command } from 'commander';
import { withServerOption } from '../asking/with-asking.ts';
import { example, withCommonOptions } from '../common-options.ts';
import { type Context, exit } from '../context.ts';
import { printJson, printLine, printNote } from '../output/print.ts';
import { byOption } from '../who.ts';
import type { DecideOptions, WithinUsers } from './user-options.ts';

export function userLinkCommand(context: Context, within: WithinUsers): Command {
  return withServerOption(withCommonOptions(new Command('link')))
    .summary('a link that lets a user in, once, within ten minutes')
    .argument('<name>', 'the user')
    .option('--by <name>', byOption)
    .addHelpText('after', example('tradelane user link anna'))
    .action((name: string, options: DecideOptions) =>
      within(options, async (ask) => {
        const { user, link, expiresAt } = await ask('makeLoginLink', { user: name });
        if (options.json) printJson(context, { user, link, expiresAt });
        else {
          printLine(context, link);
          printNote(context, `lets ${user} in, once, until ${expiresAt}`);
        }
        return exit.clean;
      }),
    );
}
