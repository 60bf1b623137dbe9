import { Command } from 'commander';
import { pauseText, subjectText } from '../../app/pauses/pause-text.ts';
import { withAsking, withServerOption } from '../asking/with-asking.ts';
import { example, parseTimeOption, type Report, withCommonOptions } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printHint, printJson, printLine } from '../output/print.ts';
import { byOption } from '../who.ts';
import { kindOf, type SubjectOptions, withSubjectOptions } from './subject-options.ts';

interface Options extends SubjectOptions {
  readonly reason: string;
  readonly until?: string;
}

export function pauseCommand(context: Context, report: Report): Command {
  const command = withCommonOptions(new Command('pause'))
    .summary('let a flow, or all flows over a connection, stand still')
    .description(
      'Lets a flow stand still, or all flows that read or write with a connection. What is under way comes to its end; ' +
        'then nothing of it is read or written, in no process, and nothing is lost: what is staged stays, no record ' +
        'loses an attempt, ticks of its schedule are skipped, and the cursor reads later what is new meanwhile. ' +
        'Paused once more, it has the new time and reason.',
    )
    .argument('<name>', 'a flow, or a connection')
    .requiredOption('--reason <text>', 'why, for whoever looks later')
    .option('--until <time>', 'ends by itself then; when it is resumed, if left out');
  return withServerOption(withSubjectOptions(command))
    .option('--by <name>', byOption)
    .addHelpText(
      'after',
      example(
        'tradelane pause orders-to-erp --reason "the price list is being checked"',
        'tradelane pause erp --until 2026-12-01T14:00:00Z --reason "ERP upgrade"',
      ),
    )
    .action(async (name: string, options: Options) => report(await pauseIt(context, name, options)));
}

async function pauseIt(context: Context, name: string, options: Options): Promise<ExitCode> {
  const { reason, until } = options;
  const kind = kindOf(options);
  const wish = {
    ...{ name, reason },
    ...(kind && { kind }),
    ...(until !== undefined && { until: parseTimeOption(until, '--until').toISOString() }),
  };
  const { paused } = await withAsking(context, options, (ask) => ask('pause', wish));
  if (options.json) printJson(context, { paused });
  else {
    printLine(context, `${subjectText(paused)} ${pauseText(paused)}`);
    printHint(context, `what waits for it: tradelane pending; it goes on with: tradelane resume ${name}`);
  }
  return exit.clean;
}
