import { resolve } from 'node:path';
import { Command } from 'commander';
import { workspacePaths } from '../../app/files/watch-paths.ts';
import { loadFrom } from '../../app/open/load.ts';
import { requireFlow } from '../../app/open/require-flow.ts';
import { Fault } from '../../contract/fault.ts';
import type { FlowFile } from '../../contract/generated/flow.ts';
import type { TestXref } from '../../contract/generated/test.ts';
import { createOfflinePlans } from '../../flow-test/compile-offline.ts';
import { keyOfRecord, passCase } from '../../flow-test/pass-case.ts';
import { parseRecords } from '../../flow-test/sample/parse-records.ts';
import type { Plan } from '../../workspace/compile/plan.ts';
import { listOf } from '../../workspace/text/suggest.ts';
import { example, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { type MappedRecord, mapDocument, printMapped } from '../output/map-view.ts';
import { printJson, printNote } from '../output/print.ts';
import { type InputRecords, readInput, readInputFile } from './input-records.ts';
import { watchAndRepeat } from './watch-and-repeat.ts';

interface Options extends CommonOptions {
  readonly input: string;
  readonly key?: string;
  readonly xref: readonly string[];
  readonly watch?: boolean;
}

export function mapCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('map'))
    .summary('what a flow makes of a record, side by side')
    .description(
      'Shows a record as the source gives it, as the flow maps it and as the target is given it. No system is asked ' +
        'anything, and no variable need be set.',
    )
    .argument('<flow>', 'name of the flow')
    .requiredOption(
      '--input <file>',
      'a record or a list of them: JSON, JSON Lines, YAML, or what the source reads (CSV, XML); - for standard input',
    )
    .option('--key <key>', 'the record with this key; the first one if left out')
    .option(
      '--xref <reference>',
      'what $xref knows: entity/id=id at the target; as often as needed',
      collect,
      [],
    )
    .option('--watch', 'show it again whenever a file changes')
    .addHelpText(
      'after',
      example(
        'tradelane map orders-to-erp --input order.json --watch',
        'tradelane map orders-to-erp --input orders.jsonl --key SO-100012 --xref customer/C-17=8f3a',
        'tradelane errors show 17 --json | jq .record | tradelane map orders-to-erp --input -',
      ),
    )
    .action(async (flow: string, options: Options) => report(await map(context, flow, options)));
}

async function map(context: Context, flow: string, options: Options): Promise<ExitCode> {
  const xrefs = parseXrefs(options.xref);
  const given = options.input === '-' ? await readInput(context) : undefined;
  const once = async () => {
    const mapped = await mapOne(context, { flow, given, xrefs }, options);
    if (options.json) printJson(context, mapDocument(mapped));
    else printMapped(context, mapped);
    return mapped.came.outcome === 'failed' ? exit.findings : exit.clean;
  };
  if (!options.watch) return await once();
  if (options.json) throw new Fault('TL_ARGUMENT_INVALID', '--watch is for people: leave --json out');
  const input = given === undefined ? [resolve(context.cwd, options.input)] : [];
  const paths = [...workspacePaths(workspaceDir(context, options)), ...input];
  return await watchAndRepeat(context, paths, async () => {
    await once();
  });
}

interface Asked {
  readonly flow: string;
  /** What standard input held; absent where a file is named. */
  readonly given: string | undefined;
  readonly xrefs: TestXref;
}

async function mapOne(
  context: Context,
  { flow, given, xrefs }: Asked,
  options: Options,
): Promise<MappedRecord> {
  const loaded = await loadFrom(context, workspaceDir(context, options));
  const plans = createOfflinePlans(loaded.workspace, context.clock);
  try {
    const { workspace } = plans;
    requireFlow({ workspace }, flow);
    const file = workspace.flows.get(flow)?.value as FlowFile;
    const plan = plans.compile(flow, {});
    const input =
      given === undefined
        ? await readInputFile(context, options.input, { workspace, flow: file })
        : { records: parseRecords('standard input', given), faults: [] };
    for (const { message } of input.faults) printNote(context, `left out: ${message}`);
    const record = await pick(context, { plan, input }, options);
    const came = await passCase(plan, { given: { record }, hasOwnKey: file.key !== undefined }, xrefs);
    return { plan, input: record, came };
  } finally {
    await plans.close();
  }
}

async function pick(
  context: Context,
  { plan, input: { records } }: { readonly plan: Plan; readonly input: InputRecords },
  { key }: Options,
): Promise<unknown> {
  if (records.length === 0) throw new Fault('TL_ARGUMENT_INVALID', 'the list has no records');
  if (key === undefined) {
    const rest = records.length - 1;
    if (rest > 0) printNote(context, `the first of ${records.length} records; --key KEY shows another`);
    return records[0];
  }
  const keys = await Promise.all(records.map((record) => keyOfRecord(plan, record)));
  const index = keys.indexOf(key);
  if (index >= 0) return records[index];
  const known = [...new Set(keys.filter((each) => each !== undefined))];
  const what = known.length === 0 ? 'none of the records has a key' : `there are ${listOf(known)}`;
  throw new Fault('TL_ARGUMENT_INVALID', `no record has the key "${key}"; ${what}`);
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

/** `customer/C-17=8f3a` */
function parseXrefs(texts: readonly string[]): TestXref {
  const xrefs: Record<string, Record<string, string>> = {};
  for (const text of texts) {
    const [, entity = '', id = '', target = ''] = /^([^/=]+)\/(.+?)=(.+)$/.exec(text) ?? [];
    if (entity === '') {
      const message = `--xref must be entity/id=id at the target, such as customer/C-17=8f3a, got "${text}"`;
      throw new Fault('TL_ARGUMENT_INVALID', message);
    }
    xrefs[entity] = { ...xrefs[entity], [id]: target };
  }
  return xrefs;
}
