import { Command } from 'commander';
import { makeLoginLink } from '../../app/access/users/login-links.ts';
import { example, withCommonOptions } from '../common-options.ts';
import { type Context, exit } from '../context.ts';
import { printJson, printLine, printNote } from '../output/print.ts';
import { byOption, whoOf } from '../who.ts';
import { accessSettings } from './access-settings.ts';
import type { DecideOptions, WithinUsers } from './user-options.ts';

export function userLinkCommand(context: Context, within: WithinUsers): Command {
  return withCommonOptions(new Command('link'))
    .summary('a link that lets a user in, once, within ten minutes')
    .argument('<name>', 'the user')
    .option('--by <name>', byOption)
    .addHelpText('after', example('tradelane user link anna'))
    .action((name: string, options: DecideOptions) =>
      within(options, async (open) => {
        const { publicUrl } = await accessSettings(open);
        const { user, path, expiresAt } = await makeLoginLink(open, name, whoOf(context, options));
        const link = `${publicUrl}${path}`;
        if (options.json) printJson(context, { user, link, expiresAt });
        else {
          printLine(context, link);
          printNote(context, `lets ${user} in, once, until ${expiresAt.toISOString()}`);
        }
        return exit.clean;
      }),
    );
}
