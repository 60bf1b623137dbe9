import { Command } from 'commander';
import type { Ask } from '../../client/create-client.ts';
import type { ResyncPlanAnswer } from '../../contract/generated/endpoints.ts';
import { type AskingOptions, withServerOption } from '../asking/with-asking.ts';
import { example, type Report, withCommonOptions } from '../common-options.ts';
import type { Context } from '../context.ts';
import { printNote } from '../output/print.ts';
import type { ReadOptions } from './read-options.ts';
import { runAndPrint } from './run.ts';

type Options = AskingOptions & Pick<ReadOptions, 'evenPaused'>;

export function resyncCommand(context: Context, report: Report): Command {
  return withServerOption(withCommonOptions(new Command('resync')))
    .summary('write everything of a flow to its target again')
    .description(
      'Reads everything of a flow and writes it to the target again, also what is equal to what was delivered last: ' +
        'for a target that has lost something, or in which somebody has changed what flows bring. It is a run with ' +
        '`--full --force`: guards apply, an older version is never written over a newer one, and what it left is ' +
        'taken up by the next run.',
    )
    .argument('<flow>', 'name of the flow')
    .option('--even-paused', 'although the flow is paused: it works on until this run is over')
    .addHelpText(
      'after',
      example('tradelane resync customers-to-erp', 'tradelane plan customers-to-erp --full --force'),
    )
    .action(async (flow: string, options: Options) => {
      const announce = async (ask: Ask) => tell(context, await ask('forecastResync', { flow }));
      const asked = { full: true, force: true, ...(options.evenPaused && { evenPaused: true as const }) };
      report(await runAndPrint(context, options, { flow, asked, announce }));
    });
}

/** What it is about to do, before anything is read. */
function tell(context: Context, { from, to, write, delivered }: ResyncPlanAnswer): void {
  const before = delivered === 1 ? '1 record was' : `${delivered} records were`;
  printNote(context, `reads all of ${from} and ${deeds[write]} ${to}; ${before} delivered before`);
}

const deeds: Readonly<Record<ResyncPlanAnswer['write'], string>> = {
  create: 'creates what it has not created before in',
  update: 'updates each record again in',
  upsert: 'writes each record again to',
  delete: 'deletes each record again from',
};
