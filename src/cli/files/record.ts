import { relative, resolve } from 'node:path';
import { Command } from 'commander';
import { type OpenFlow, withOpenFlow } from '../../app/open/open-flow.ts';
import { type KeptCase, keepCase, testFileOf, toCaseDocument } from '../../app/record/keep-case.ts';
import { type RecordedReal, recordReal } from '../../app/record/record-real.ts';
import { Fault } from '../../contract/fault.ts';
import type { TestCase } from '../../contract/generated/test.ts';
import { present } from '../../contract/present.ts';
import { endsAlike } from '../../engine/case/record-case.ts';
import { formatCase } from '../../workspace/text/append-case.ts';
import { example, parseCount, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { printJson, printLine, printNote } from '../output/print.ts';
import { describeRecorded } from '../output/recorded-text.ts';

interface Options extends CommonOptions {
  readonly key?: string;
  readonly error?: string;
  readonly case?: string;
  readonly to?: string;
  readonly print?: boolean;
}

export function recordCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('record'))
    .summary('make a test case of a real record, redacted')
    .description(
      "Takes one real record, masks what the schemas mark as personal or secret, and adds it to the flow's tests: as the flow maps it now (--key), or as a case that fails until an error is mended (--error).",
    )
    .argument('<flow>', 'name of the flow')
    .option('--key <key>', 'the record with this key, read from the source')
    .option('--error <id>', 'the record of an error, as `errors list` shows it')
    .option('--case <name>', 'name of the case; made of the record if left out')
    .option('--to <file>', 'test file to add it to; flows/FLOW.test.yaml if left out')
    .option('--print', 'print the case instead of writing it')
    .addHelpText(
      'after',
      example(
        'tradelane record orders-to-erp --key SO-100012',
        'tradelane record orders-to-erp --error 17 --case "a blocked item is refused"',
        'tradelane record orders-to-erp --key SO-100012 --print',
      ),
    )
    .action(async (flow: string, options: Options) => report(await record(context, flow, options)));
}

async function record(context: Context, flow: string, options: Options): Promise<ExitCode> {
  const { key, error, to } = options;
  if ((key === undefined) === (error === undefined)) {
    throw new Fault('TL_ARGUMENT_INVALID', 'either --key KEY or --error ID says which record is meant');
  }
  if (to !== undefined && !to.endsWith('.test.yaml')) {
    throw new Fault('TL_ARGUMENT_INVALID', `--to must name a file that ends in .test.yaml, got "${to}"`);
  }
  const name = options.case;
  const wish =
    error === undefined
      ? { key: present(key, '--key'), name }
      : { error: parseCount(error, '--error'), name };
  return await withOpenFlow(context, { dir: workspaceDir(context, options), flow }, async (open) => {
    const real = await recordReal(open, wish, context.stop);
    const kept = await keep(context, open, real.made, options);
    return tell(context, { open, real, kept, options });
  });
}

async function keep(
  context: Context,
  open: OpenFlow,
  made: TestCase,
  { to, print, case: name }: Options,
): Promise<KeptCase> {
  if (print) return { added: made };
  const path = to === undefined ? testFileOf(open) : resolve(context.cwd, to);
  const file = { path, name: relative(context.cwd, path) };
  const kept = await keepCase(open, made, file, name === undefined ? 'freely' : 'as named');
  if (kept.isOutside)
    printNote(context, `${kept.file} lies outside of flows/, where \`tradelane test\` looks`);
  return kept;
}

interface Told {
  readonly open: OpenFlow;
  readonly real: RecordedReal;
  readonly kept: KeptCase;
  readonly options: Options;
}

function tell(context: Context, { open, real, kept, options }: Told): ExitCode {
  const { added, file } = kept;
  const { recorded, error } = real;
  if (options.json) printJson(context, toCaseDocument(open.plan.flow, real, kept));
  else if (file === undefined) printLine(context, formatCase(added).trimEnd());
  else printLine(context, `the case "${added.case}" stands in ${file}`);
  for (const note of describeRecorded(recorded, error)) printNote(context, note);
  return endsAlike(recorded) ? exit.clean : exit.findings;
}
