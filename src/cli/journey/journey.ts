import { Command } from 'commander';
import type { FindJourneyInput, JourneyAnswer } from '../../contract/generated/endpoints.ts';
import { type AskingOptions, withAsking, withServerOption } from '../asking/with-asking.ts';
import { example, type Report, withCommonOptions } from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printJson } from '../output/print.ts';
import { printJourney } from './journey-text.ts';

interface Options extends AskingOptions {
  readonly flow?: string;
  readonly key?: string;
  readonly payloads?: boolean;
  readonly values?: boolean;
}

export function journeyCommand(context: Context, report: Report): Command {
  return withServerOption(withCommonOptions(new Command('journey')))
    .summary('where a record is, and all that happened to it')
    .description(
      'Finds a record by its key, by its id at the target, or by any value in it, such as an e-mail address or a SKU, and tells its whole way through all flows: ' +
        'read, delivered, failed, waited, patched, replayed, and by whom. Exit code 1 if an error of it is open, 2 if nothing is found.',
    )
    .argument('<text>', 'number of an order, e-mail address, SKU, id at the target: a whole value')
    .option('--flow <name>', 'only records of this flow')
    .option('--key <key>', 'only records with this business key')
    .option('--payloads', 'with what it was at each step, and what changed; private values are masked')
    .option('--values', 'the same with private values as they are')
    .addHelpText(
      'after',
      example(
        'tradelane journey SO-100162',
        'tradelane journey anna@example.org',
        'tradelane journey SO-100162 --flow orders-to-erp --payloads',
      ),
    )
    .action(async (text: string, options: Options) => report(await show(context, text, options)));
}

async function show(context: Context, text: string, options: Options): Promise<ExitCode> {
  const { flow, key } = options;
  const payloads = payloadsOf(options);
  return await withAsking(context, options, async (ask) => {
    const found = await ask('findJourney', {
      text,
      ...(flow !== undefined && { flow }),
      ...(key !== undefined && { key }),
      ...(payloads && { payloads }),
    });
    if (options.json) printJson(context, found);
    else printJourney(context, found);
    return codes[found.ending];
  });
}

function payloadsOf({ payloads, values }: Options): FindJourneyInput['payloads'] {
  if (values) return 'values';
  return payloads ? 'covered' : undefined;
}

const codes: Readonly<Record<JourneyAnswer['ending'], ExitCode>> = {
  found: exit.clean,
  choose: exit.clean,
  open: exit.findings,
  nothing: exit.invalid,
};
