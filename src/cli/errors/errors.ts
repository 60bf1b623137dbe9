import { Command } from 'commander';
import type { Deed } from '../../app/errors/settle-errors.ts';
import { type AskingOptions, withAsking, withServerOption } from '../asking/with-asking.ts';
import { example, type Report, refuseUnknownSubcommand, withCommonOptions } from '../common-options.ts';
import type { Context } from '../context.ts';
import { byOption } from '../who.ts';
import { type CauseListOptions, causeCommand, showCauses } from './causes.ts';
import { withErrorFilter } from './error-filter.ts';
import { type ErrorListOptions, listAll } from './list-errors.ts';
import { noteCommands } from './note.ts';
import { type SettleOptions, settle } from './settle.ts';
import { showError } from './show-error.ts';
import type { WithinAsking } from './within.ts';

export function errorsCommand(context: Context, report: Report): Command {
  const errors = new Command('errors')
    .summary('what failed, and why')
    .description('Dead letters: records that failed for good, kept whole until somebody resolves them.')
    .addHelpText(
      'after',
      example('tradelane errors', 'tradelane errors list --flow orders-to-erp', 'tradelane errors show 17'),
    );
  const asking: WithinAsking = (options, use) => withAsking(context, options, use).then(report);
  const byCause = withErrorFilter(withServerOption(withCommonOptions(new Command('causes'))))
    .summary('open errors by cause (the default)')
    .option('--state <state>', 'of errors that are open, replaying, resolved, discarded, or all', 'open')
    .addHelpText('after', example('tradelane errors', 'tradelane errors causes --flow orders-to-erp --json'))
    .action((options: CauseListOptions) => asking(options, (ask) => showCauses(context, ask, options)));
  errors.addCommand(byCause, { isDefault: true });
  refuseUnknownSubcommand(errors, byCause);
  errors.addCommand(listCommand(context, asking));
  errors.addCommand(showCommand(context, asking));
  errors.addCommand(causeCommand(context, asking));
  for (const each of noteCommands(context, asking)) errors.addCommand(each);
  for (const each of deeds) errors.addCommand(deedCommand(context, asking, each));
  return errors;
}

function listCommand(context: Context, asking: WithinAsking): Command {
  return withErrorFilter(withServerOption(withCommonOptions(new Command('list'))))
    .summary('errors, one a line')
    .option(
      '--state <state>',
      'open, replaying, resolved, discarded, or all: settled ones with who, when and why',
      'open',
    )
    .option('--limit <n>', 'so many at most', '50')
    .addHelpText(
      'after',
      example(
        'tradelane errors list --flow orders-to-erp --code TL_MAP_FAILED',
        'tradelane errors list --key SO-100162',
        'tradelane errors list --text anna@example.org --state all',
      ),
    )
    .action((options: ErrorListOptions) => asking(options, (ask) => listAll(context, ask, options)));
}

function showCommand(context: Context, asking: WithinAsking): Command {
  return withServerOption(withCommonOptions(new Command('show')))
    .summary('one error with its record, and what was decided about it')
    .argument('<id>', 'id of the error, the key of its record, or any text in it')
    .addHelpText(
      'after',
      example(
        'tradelane errors show 17',
        'tradelane errors show SO-100162',
        'tradelane errors show anna@example.org --json',
      ),
    )
    .action((wanted: string, options: AskingOptions) =>
      asking(options, (ask) => showError(context, ask, { wanted, json: options.json === true })),
    );
}

function deedCommand(
  context: Context,
  asking: WithinAsking,
  { deed, summary, examples }: DeedCommand,
): Command {
  const command = withErrorFilter(withServerOption(withCommonOptions(new Command(deed))))
    .summary(summary)
    .argument('[ids...]', 'ids of errors')
    .option('--yes', 'do it for all that fit a filter; without it, only shows which they are')
    .option('--detach', 'only make a set of them, and print its handle: an engine does it, chunk by chunk')
    .addHelpText('after', example(...examples))
    .action((ids: string[], options: SettleOptions) =>
      asking(options, (ask) => settle(context, ask, { deed, ids, options })),
    );
  return deed === 'reopen'
    ? command
    : command.option('--reason <text>', 'why, for whoever looks later').option('--by <name>', byOption);
}

interface DeedCommand {
  readonly deed: Deed;
  readonly summary: string;
  readonly examples: readonly string[];
}

const deeds: readonly DeedCommand[] = [
  {
    deed: 'resolve',
    summary: 'settled otherwise, e.g. by hand at the target',
    examples: ['tradelane errors resolve 17 --reason "entered by hand"'],
  },
  {
    deed: 'discard',
    summary: 'not wanted any more',
    examples: [
      'tradelane errors discard 17 --reason "the customer has cancelled"',
      'tradelane errors discard --flow orders-to-erp --code TL_KEY_MISSING --yes',
    ],
  },
  {
    deed: 'reopen',
    summary: 'takes back what a person decided: open again, as the source had it',
    examples: [
      'tradelane errors reopen 17 18',
      'tradelane errors reopen --flow orders-to-erp --since 2026-11-28',
    ],
  },
];
