import { Command } from 'commander';
import { subjectText } from '../../app/pauses/pause-text.ts';
import { withAsking, withServerOption } from '../asking/with-asking.ts';
import { example, type Report, withCommonOptions } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine } from '../output/print.ts';
import { byOption } from '../who.ts';
import { kindOf, type SubjectOptions, withSubjectOptions } from './subject-options.ts';

interface Options extends SubjectOptions {
  readonly reason?: string;
}

export function resumeCommand(context: Context, report: Report): Command {
  const command = withCommonOptions(new Command('resume'))
    .summary('let what is paused go on')
    .description(
      'Ends the pause of a flow or a connection. An engine goes on within seconds: runs that were put back read on, ' +
        'what is staged is delivered, and the next tick of a schedule reads what is new since the last one.',
    )
    .argument('<name>', 'a flow, or a connection')
    .option('--reason <text>', 'why, for whoever looks later');
  return withServerOption(withSubjectOptions(command))
    .option('--by <name>', byOption)
    .addHelpText('after', example('tradelane resume orders-to-erp', 'tradelane resume erp --connection'))
    .action(async (name: string, options: Options) => report(await resumeIt(context, name, options)));
}

async function resumeIt(context: Context, name: string, options: Options): Promise<ExitCode> {
  const kind = kindOf(options);
  const { reason } = options;
  const wish = { name, ...(kind && { kind }), ...(reason !== undefined && { reason }) };
  const { resumed } = await withAsking(context, options, (ask) => ask('resume', wish));
  if (options.json) printJson(context, { resumed });
  else printLine(context, `${subjectText(resumed)} goes on`);
  return exit.clean;
}
