import { Command } from 'commander';
import type { Runtime } from '../../app/open/runtime.ts';
import { countDeliveries } from '../../store/line/deliveries.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { example, type Report, withCommonOptions } from '../common-options.ts';
import type { CommonOptions, Context } from '../context.ts';
import { printNote } from '../output/print.ts';
import { runFlow } from './run.ts';

export function resyncCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('resync'))
    .summary('write everything of a flow to its target again')
    .description(
      'Reads everything of a flow and writes it to the target again, also what is equal to what was delivered last: ' +
        'for a target that has lost something, or in which somebody has changed what flows bring. It is a run with ' +
        '`--full --force`: guards apply, an older version is never written over a newer one, and what it left is ' +
        'taken up by the next run.',
    )
    .argument('<flow>', 'name of the flow')
    .addHelpText(
      'after',
      example('tradelane resync customers-to-erp', 'tradelane plan customers-to-erp --full --force'),
    )
    .action(async (flow: string, options: CommonOptions) => {
      const announce = (runtime: Runtime) => tell(context, runtime, flow);
      const asked = { full: true, force: true };
      report(await runFlow(context, options, { flow, asked, announce }));
    });
}

/** What it is about to do, before anything is read. */
async function tell(context: Context, runtime: Runtime, flow: string): Promise<void> {
  const { source, target } = runtime.plans.compile(flow).plan;
  const delivered = await countDeliveries(runtime.engine.db, flow);
  const from = `${source.connection}.${source.resource.name}`;
  const to = `${target.connection}.${target.resource.name}`;
  printNote(
    context,
    `reads all of ${from} and ${deeds[target.write]} ${to}; ${delivered === 1 ? '1 record was' : `${delivered} records were`} delivered before`,
  );
}

const deeds: Readonly<Record<Plan['target']['write'], string>> = {
  create: 'creates what it has not created before in',
  update: 'updates each record again in',
  upsert: 'writes each record again to',
  delete: 'deletes each record again from',
};
