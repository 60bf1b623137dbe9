import { Command } from 'commander';
import { type OpenDatabase, withDatabase } from '../../app/open/open-database.ts';
import type { Ask } from '../../client/create-client.ts';
import { type AskingOptions, withAsking, withServerOption } from '../asking/with-asking.ts';
import {
  example,
  type Report,
  refuseUnknownSubcommand,
  withCommonOptions,
  workspaceDir,
} from '../common-options.ts';
import type { CommonOptions, Context, ExitCode } from '../context.ts';
import { byOption } from '../who.ts';
import { type DecidingOptions, encryptPast, listKeys, renew, rotate } from './change-keys.ts';

export function keysCommand(context: Context, report: Report): Command {
  const keys = new Command('keys')
    .summary('keys that payloads are encrypted with, and what is still in clear')
    .description(
      'What the database holds of payloads is encrypted where TRADELANE_ENCRYPTION_KEY, or `encryption` in ' +
        'config/tradelane.yaml, gives a key. Data keys lie in the database, wrapped by it.',
    )
    .addHelpText('after', example('tradelane keys', 'tradelane keys rotate', 'tradelane keys encrypt'));
  const within = (options: CommonOptions, use: (open: OpenDatabase) => Promise<ExitCode>) =>
    withDatabase(context, workspaceDir(context, options), use).then(report);
  const asking = (options: AskingOptions, use: (ask: Ask) => Promise<ExitCode>) =>
    withAsking(context, options, use).then(report);
  const listed = withServerOption(withCommonOptions(new Command('list')))
    .summary('all keys by their ids, and what is in clear (the default)')
    .addHelpText('after', example('tradelane keys list --json'))
    .action((options: AskingOptions) => asking(options, (ask) => listKeys(context, ask, options)));
  keys.addCommand(listed, { isDefault: true });
  refuseUnknownSubcommand(keys, listed);
  keys.addCommand(
    withServerOption(deciding('rotate'))
      .summary('wrap all data keys by the first of your keys')
      .description(
        'Afterwards that key alone opens the database. No payload is encrypted anew: it takes a moment.',
      )
      .addHelpText('after', example('TRADELANE_ENCRYPTION_KEY=$NEW,$OLD tradelane keys rotate'))
      .action((options: AskingOptions) => asking(options, (ask) => rotate(context, ask, options))),
  );
  for (const command of longCommands(context, within)) keys.addCommand(command);
  return keys;
}

function deciding(name: string): Command {
  return withCommonOptions(new Command(name)).option('--by <name>', byOption);
}

type Within = (options: CommonOptions, use: (open: OpenDatabase) => Promise<ExitCode>) => Promise<void>;

/** They take as long as there are payloads: over the database itself. */
function longCommands(context: Context, within: Within): readonly Command[] {
  return [
    deciding('encrypt')
      .summary('encrypt what was kept before there was a key')
      .description('Works beside a running engine. Ended in between, it goes on from there the next time.')
      .addHelpText('after', example('tradelane keys encrypt'))
      .action((options: DecidingOptions) => within(options, (open) => encryptPast(context, open, options))),
    deciding('renew')
      .summary('encrypt everything under a new data key, and destroy those before')
      .description('Nobody opens what is left of deleted values then. Takes as long as there are payloads.')
      .addHelpText('after', example('tradelane keys renew'))
      .action((options: DecidingOptions) => within(options, (open) => renew(context, open, options))),
  ];
}
