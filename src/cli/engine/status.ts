import { Command } from 'commander';
import { present } from '../../contract/present.ts';
import { type AskingOptions, withAsking, withServerOption } from '../asking/with-asking.ts';
import { example, type Report, withCommonOptions } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine } from '../output/print.ts';
import { printDriftNote } from '../pending/drift.ts';
import { printStatus } from './status-text.ts';

export function statusCommand(context: Context, report: Report): Command {
  return withServerOption(withCommonOptions(new Command('status')))
    .summary('how every flow stands, and what needs you')
    .description(
      'Shows of each flow the last run that read its source, connections that are away or configured wrongly, how ' +
        'far it is behind its schedule, open errors with their trend, what waits, how long ago it was up to date and ' +
        'had its last success, and when it runs next; those that need somebody first. Ends with 1 as soon as ' +
        'something needs a person: open errors, a run that failed or is held, a flow that should have run and did ' +
        'not, files with mistakes, a connection that refuses us.',
    )
    .addHelpText('after', example('tradelane status', 'tradelane status --json'))
    .action(async (options: AskingOptions) => report(await status(context, options)));
}

async function status(context: Context, options: AskingOptions): Promise<ExitCode> {
  const { at, ...status } = await withAsking(context, options, (ask) => ask('showStatus', {}));
  if (options.json) printJson(context, status);
  else if (status.flows.length === 0) printLine(context, 'no flows yet');
  else printStatus(context, status, Date.parse(present(at, 'the time of the status')));
  if (!options.json) printDriftNote(context, status.drift);
  return status.ok ? exit.clean : exit.findings;
}
