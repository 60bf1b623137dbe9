import { Command } from 'commander';
import { counted } from '../../contract/text/counted.ts';
import { type AskingOptions, withAsking, withServerOption } from '../asking/with-asking.ts';
import { example, type Report, refuseUnknownSubcommand, withCommonOptions } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine } from '../output/print.ts';
import { byOption } from '../who.ts';
import { listRunsCommand } from './list-runs.ts';
import { runRecordsCommand } from './run-records.ts';
import { parseRun, showRunCommand } from './show-run.ts';

type DecideOptions = AskingOptions;

interface RejectOptions extends DecideOptions {
  readonly reason: string;
}

export function runsCommand(context: Context, report: Report): Command {
  const runs = new Command('runs')
    .summary('what happened')
    .description('Lists runs, newest first, and decides about those that a guard holds for approval.')
    .addHelpText('after', example('tradelane runs', 'tradelane runs show 12', 'tradelane runs approve 12'));
  const list = listRunsCommand(context, report);
  runs.addCommand(list, { isDefault: true });
  refuseUnknownSubcommand(runs, list);
  runs.addCommand(showRunCommand(context, report));
  runs.addCommand(runRecordsCommand(context, report));
  runs.addCommand(
    withServerOption(withCommonOptions(new Command('approve')))
      .summary('let a held run go on')
      .description(
        'Lets a run that is held for approval go on, with its guards off. A running engine takes it up at once, ' +
          'without one the next `tradelane run` of the flow does.',
      )
      .argument('<id>', 'id of the run, as `runs` shows it')
      .option('--by <name>', byOption)
      .addHelpText('after', example('tradelane runs approve 12'))
      .action(async (id: string, options: DecideOptions) => report(await approve(context, id, options))),
  );
  runs.addCommand(
    withServerOption(withCommonOptions(new Command('reject')))
      .summary('stop a held run')
      .description(
        'Ends a run that is held for approval. What is left of it goes to the errors whole, from where it can be ' +
          'replayed.',
      )
      .argument('<id>', 'id of the run, as `runs` shows it')
      .requiredOption('--reason <text>', 'why, for whoever looks later')
      .option('--by <name>', byOption)
      .addHelpText('after', example('tradelane runs reject 12 --reason "the export was broken"'))
      .action(async (id: string, options: RejectOptions) => report(await reject(context, id, options))),
  );
  return runs;
}

async function approve(context: Context, id: string, options: DecideOptions): Promise<ExitCode> {
  const run = parseRun(id);
  const approved = await withAsking(context, options, (ask) => ask('approveRun', { run }));
  if (options.json) printJson(context, approved);
  else printLine(context, `run ${approved.run} goes on, with its guards off`);
  return exit.clean;
}

async function reject(context: Context, id: string, options: RejectOptions): Promise<ExitCode> {
  const { reason } = options;
  const run = parseRun(id);
  const done = await withAsking(context, options, (ask) => ask('rejectRun', { run, reason }));
  if (options.json) printJson(context, done);
  else
    printLine(context, `run ${done.run} is rejected; ${counted(done.rejected, 'record')} went to the errors`);
  return exit.clean;
}
