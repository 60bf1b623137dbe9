import { Command } from 'commander';
import type { Ask } from '../../client/create-client.ts';
import { type AskingOptions, withAsking, withServerOption } from '../asking/with-asking.ts';
import { example, type Report, refuseUnknownSubcommand, withCommonOptions } from '../common-options.ts';
import type { Context, ExitCode } from '../context.ts';
import { byOption } from '../who.ts';
import { type ForgetOptions, forget } from './forget.ts';
import { list, type XrefListOptions } from './list.ts';
import { type SetOptions, set } from './set.ts';

export function xrefCommand(context: Context, report: Report): Command {
  const xref = new Command('xref')
    .summary('which id a record has at the target, and how to correct it')
    .description(
      'Cross-references: under which id a target knows the record of a key. They are kept by flows, for each entity ' +
        'between two connections.',
    )
    .addHelpText(
      'after',
      example('tradelane xref list --key C-17', 'tradelane xref set C-17 4711 --flow customers-to-erp'),
    );
  const within: Within = (options, use) => withAsking(context, options, use).then(report);
  const listed = withFilter(withServerOption(withCommonOptions(new Command('list'))))
    .summary('what is known (the default)')
    .option('--limit <n>', 'so many at most', '50')
    .addHelpText(
      'after',
      example(
        'tradelane xref list --entity customer --connection erp',
        'tradelane xref list --id 4711 --json',
      ),
    )
    .action((options: XrefListOptions) => within(options, (ask) => list(context, ask, options)));
  xref.addCommand(listed, { isDefault: true });
  refuseUnknownSubcommand(xref, listed);
  xref.addCommand(setCommand(context, within));
  xref.addCommand(forgetCommand(context, within));
  return xref;
}

type Within = (options: AskingOptions, use: (ask: Ask) => Promise<ExitCode>) => Promise<void>;

function setCommand(context: Context, within: Within): Command {
  return withServerOption(withCommonOptions(new Command('set')))
    .summary('say which id a key has')
    .description(
      'Says which id a key has at the target of a flow, in place of what was known. What was delivered under the key ' +
        'is written again, to that id, by the next run that reads it: `tradelane run FLOW --full`. An id that another ' +
        'key has is refused, unless --force says that both mean one record.',
    )
    .argument('<key>', 'key of the record')
    .argument('<id>', 'its id at the target')
    .requiredOption('--flow <name>', 'a flow that brings such records to that target')
    .option('--force', 'also an id that another key has')
    .option('--yes', 'do it; without it, only shows what it would do')
    .option('--by <name>', byOption)
    .addHelpText('after', example('tradelane xref set C-17 4711 --flow customers-to-erp --yes'))
    .action((key: string, id: string, options: SetOptions) =>
      within(options, (ask) => set(context, ask, { key, id, options })),
    );
}

function forgetCommand(context: Context, within: Within): Command {
  return withFilter(withServerOption(withCommonOptions(new Command('forget'))))
    .summary('know nothing of these ids any more')
    .description(
      'Forgets ids, and what was delivered under their keys: such a record is looked for at the target, or made, when ' +
        'it is read next. A create that nobody knows the end of is left alone, unless --force says that it has not ' +
        'been made: it may be made a second time then.',
    )
    .option('--force', 'also creates that nobody knows the end of')
    .option('--yes', 'do it; without it, only shows what it would do')
    .option('--by <name>', byOption)
    .addHelpText('after', example('tradelane xref forget --flow customers-to-erp --key C-17 --yes'))
    .action((options: ForgetOptions) => within(options, (ask) => forget(context, ask, options)));
}

function withFilter(command: Command): Command {
  return command
    .option('--flow <name>', 'only those that this flow keeps')
    .option('--entity <name>', 'only of this entity, or resource where there is none')
    .option('--connection <name>', 'only with this connection at one end')
    .option('--key <key>', 'only of this key')
    .option('--id <id>', 'only with this id');
}
