import { Command } from 'commander';
import type { Ask } from '../../client/create-client.ts';
import { Fault } from '../../contract/fault.ts';
import type { EraseAnswer, ErasePlanAnswer, PlanEraseInput } from '../../contract/generated/endpoints.ts';
import { type AskingOptions, withAsking, withServerOption } from '../asking/with-asking.ts';
import { example, parseCount, type Report, withCommonOptions } from '../common-options.ts';
import { confirm } from '../confirm.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine, printNote } from '../output/print.ts';
import { byOption } from '../who.ts';
import { aliasLines, eraseCountLines, leftLines } from './erase-text.ts';

interface EraseOptions extends AskingOptions {
  readonly customer?: readonly string[];
  readonly email?: readonly string[];
  readonly value?: readonly string[];
  readonly only?: boolean;
  readonly thorough?: boolean;
  readonly entity?: readonly string[];
  readonly plan?: boolean;
  readonly reason?: string;
  readonly patience: string;
  readonly keepKeys?: boolean;
  readonly yes?: boolean;
}

export function eraseCommand(context: Context, report: Report): Command {
  return withServerOption(withCommonOptions(new Command('erase')))
    .summary('forget a person: history, errors, whatever waits, and by what he is known')
    .description(
      'Erases what there is of a person: records in history, among the errors and on their way, what people have decided ' +
        'and written about them, and under which keys and ids he is known. Found by values that name him, and by what else ' +
        'his records as a customer say that he is known by. Without --yes, shows what there is, and asks. What a source ' +
        'still has is read again by its next run: erase there first.',
    )
    .option('--customer <number...>', 'customer numbers, or other keys of the person')
    .option('--email <address...>', 'e-mail addresses')
    .option('--value <value...>', 'any other values that name the person, such as an id at a target')
    .option('--only', 'only records that say one of these values themselves')
    .option('--entity <name...>', 'entities whose records are people; `customer`, if left out')
    .option('--thorough', 'look through all of history, also for values inside of longer ones')
    .option('--plan', 'only show what there is')
    .option('--reason <text>', 'why, for whoever looks later; what names the person is taken out of it')
    .option('--patience <seconds>', 'wait so long for runs that are reading their sources', '60')
    .option('--keep-keys', 'of encrypted payloads: leave data keys; `keys renew` destroys them later')
    .option('--yes', 'do it; without it, shows what there is, and asks')
    .option('--by <name>', byOption)
    .addHelpText(
      'after',
      example(
        'tradelane erase --customer C-10224 --plan',
        'tradelane erase --email anna@example.org --reason "asked by letter" --yes',
      ),
    )
    .action(async (options: EraseOptions) =>
      report(await withAsking(context, options, (ask) => erase(context, ask, options))),
    );
}

async function erase(context: Context, ask: Ask, options: EraseOptions): Promise<ExitCode> {
  const who = toInput(options);
  if (options.yes !== true || options.plan) {
    const plan = await ask('planErase', who);
    if (options.json) printJson(context, plan);
    else showPlan(context, plan);
    if (options.plan) return exit.clean;
    if (!(await confirm(context, options, 'erase all of it?'))) return exit.findings;
  }
  const report = await ask('erasePerson', {
    ...who,
    patience: parseCount(options.patience, '--patience'),
    ...(options.keepKeys && { keepKeys: true }),
    ...(options.reason !== undefined && { reason: options.reason }),
  });
  if (options.json) printJson(context, report);
  else showReport(context, report);
  return report.open.length > 0 ? exit.findings : exit.clean;
}

function toInput({
  customer = [],
  email = [],
  value = [],
  only,
  thorough,
  entity,
}: EraseOptions): PlanEraseInput {
  for (const address of email) {
    if (/^\s*\S+@\S+\s*$/.test(address)) continue;
    throw new Fault(
      'TL_ARGUMENT_INVALID',
      `--email: expected an address such as anna@example.org, got "${address}"`,
    );
  }
  const values = [...customer, ...email, ...value];
  if (values.length === 0)
    throw new Fault('TL_ARGUMENT_INVALID', 'who is meant? --customer, --email or --value says so');
  return {
    values: values as [string, ...string[]],
    ...(only && { only }),
    ...(thorough && { thorough }),
    ...(entity && { entities: [...entity] as [string, ...string[]] }),
  };
}

function showPlan(context: Context, plan: ErasePlanAnswer): void {
  const lines = eraseCountLines(plan.would);
  for (const line of aliasLines(plan.aliases)) printLine(context, line);
  if (lines.length === 0) printLine(context, 'there is nothing of this person');
  for (const line of lines) printLine(context, line);
  for (const { flow, records } of plan.flows) printLine(context, `  ${flow}: ${records}`);
  for (const { at, by } of plan.before)
    printNote(context, `one of the values was erased before, at ${at} by ${by ?? 'somebody'}`);
  for (const line of leftLines(plan.left)) printNote(context, line);
}

function showReport(context: Context, { erased, open, keys, left }: EraseAnswer): void {
  const lines = eraseCountLines(erased);
  printLine(context, lines.length === 0 ? 'there was nothing of this person' : 'erased:');
  for (const line of lines) printLine(context, line);
  if (keys) printLine(context, `data keys destroyed: ${keys.destroyed}; rows sealed anew: ${keys.rows}`);
  for (const line of leftLines(open)) printLine(context, `still open: ${line}`);
  for (const line of leftLines(left)) printNote(context, line);
}
