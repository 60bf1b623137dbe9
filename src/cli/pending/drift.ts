import { Command } from 'commander';
import { findFullFlows, isOpenDrift } from '../../app/drift/drifts.ts';
import { takeItems } from '../../app/lists/page.ts';
import type { Ask } from '../../client/create-client.ts';
import { Fault } from '../../contract/fault.ts';
import type { AcceptDriftsInput } from '../../contract/generated/endpoints.ts';
import { counted } from '../../contract/text/counted.ts';
import type { DriftCount, DriftState } from '../../store/shapes/drifts.ts';
import { type AskingOptions, pageInput, withAsking, withServerOption } from '../asking/with-asking.ts';
import {
  example,
  parseCount,
  type Report,
  refuseUnknownSubcommand,
  withCommonOptions,
} from '../common-options.ts';
import { type Context, type ExitCode, exit } from '../context.ts';
import { driftTable } from '../output/drift-table.ts';
import { printJson, printLine, printNote, tableWidth } from '../output/print.ts';
import { byOption } from '../who.ts';

interface Options extends AskingOptions {
  readonly flow?: string;
}

interface ListOptions extends Options {
  readonly state: string;
}

export function driftCommand(context: Context, report: Report): Command {
  const drift = new Command('drift')
    .summary('fields that are not as before')
    .description(
      'Fields of live records that are new, missing or of another kind than before, that do not fit the schema of ' +
        'their entity and were let through or taken out, or that a target has refused. Samples are masked.',
    )
    .addHelpText('after', example('tradelane drift', 'tradelane drift accept 3 4'));
  const asking = (options: Options, use: (ask: Ask) => Promise<ExitCode>) =>
    withAsking(context, options, use).then(report);
  const list = withServerOption(withCommonOptions(new Command('list')))
    .summary('open drifts (the default)')
    .option('--flow <name>', 'only what this flow has met')
    .option('--state <state>', 'open, accepted, resolved, or all: closed ones with who and when', 'open')
    .addHelpText('after', example('tradelane drift', 'tradelane drift list --flow orders-to-erp --json'))
    .action((options: ListOptions) => asking(options, (ask) => show(context, ask, options)));
  drift.addCommand(list, { isDefault: true });
  refuseUnknownSubcommand(drift, list);
  drift.addCommand(
    closingCommand('accept', ['tradelane drift accept 3 4', 'tradelane drift accept --flow orders-to-erp'])
      .summary('it is right from now on')
      .description('Closes drifts: what came is right from now on, and is not told again.')
      .action((ids: string[], options: Options) =>
        asking(options, (ask) => accept(context, ask, { which: toInput(ids, options), options })),
      ),
  );
  drift.addCommand(
    closingCommand('resolve', ['tradelane drift resolve 5', 'tradelane drift resolve --flow orders-to-erp'])
      .summary('it has been mended')
      .description(
        'Closes drifts that have been mended at the source, the target or in the flow. If one comes again, it is told again.',
      )
      .action((ids: string[], options: Options) =>
        asking(options, (ask) => resolve(context, ask, { which: toInput(ids, options), options })),
      ),
  );
  return drift;
}

function closingCommand(name: string, examples: readonly string[]): Command {
  return withServerOption(withCommonOptions(new Command(name)))
    .argument('[ids...]', 'ids of drifts, as `drift` shows them')
    .option('--flow <name>', 'all that this flow has met')
    .option('--by <name>', byOption)
    .addHelpText('after', example(...examples));
}

/** `3 fields of commerce.orders are not as before: tradelane drift`, after runs. */
export function printDriftNote(context: Context, counts: readonly DriftCount[]): void {
  for (const count of counts) printNote(context, driftNote(count));
}

function driftNote({ connection, resource, fields }: DriftCount): string {
  const are = `${counted(fields, 'field')} of ${connection}.${resource} ${fields === 1 ? 'is' : 'are'}`;
  return `${are} not as before: tradelane drift`;
}

/** Nothing named is not the same as everything. */
function toInput(ids: readonly string[], { flow }: Options): AcceptDriftsInput {
  if (ids.length === 0 && flow === undefined) {
    throw new Fault('TL_ARGUMENT_INVALID', 'name the drifts: ids, or --flow');
  }
  return {
    ...(ids.length > 0 && { ids: ids.map((id) => parseCount(id, 'an id')) }),
    ...(flow !== undefined && { flow }),
  };
}

async function show(context: Context, ask: Ask, { flow, state, json }: ListOptions): Promise<ExitCode> {
  const states = parseStates(state);
  const which = { ...(flow !== undefined && { flow }), states };
  const drifts = await takeItems(Number.POSITIVE_INFINITY, async (page) => {
    const { drifts: items, next } = await ask('listDrifts', { ...which, ...pageInput(page) });
    return { items, ...(next !== undefined && { next }) };
  });
  const none = states.includes('open') ? 'every field is as before' : `no drift is ${state}`;
  if (json) printJson(context, { drifts });
  else printLine(context, drifts.length === 0 ? none : driftTable(drifts, tableWidth(context)));
  for (const full of findFullFlows(drifts))
    printNote(context, `${full.flow} has ${full.open} open drifts: no more are told before some are closed`);
  return drifts.some(isOpenDrift) ? exit.findings : exit.clean;
}

function parseStates(state: string): readonly DriftState[] {
  if (state === 'all') return ['open', 'accepted', 'resolved'];
  if (state === 'open' || state === 'accepted' || state === 'resolved') return [state];
  throw new Fault('TL_ARGUMENT_INVALID', `--state must be open, accepted, resolved or all, got "${state}"`);
}

interface Closing {
  readonly which: AcceptDriftsInput;
  readonly options: Options;
}

async function accept(context: Context, ask: Ask, { which, options }: Closing): Promise<ExitCode> {
  const { accepted } = await ask('acceptDrifts', which);
  if (options.json) printJson(context, { accepted });
  else printLine(context, `${counted(accepted.length, 'drift')} accepted`);
  return exit.clean;
}

async function resolve(context: Context, ask: Ask, { which, options }: Closing): Promise<ExitCode> {
  const { resolved } = await ask('resolveDrifts', which);
  if (options.json) printJson(context, { resolved });
  else printLine(context, `${counted(resolved.length, 'drift')} resolved`);
  return exit.clean;
}
