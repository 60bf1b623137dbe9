import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { type OpenFlow, withOpenFlow } from '../../app/open/open-flow.ts';
import { type RecordedReal, recordReal } from '../../app/record/record-real.ts';
import { Fault } from '../../contract/fault.ts';
import type { TestCase } from '../../contract/generated/test.ts';
import { endsAlike } from '../../engine/case/record-case.ts';
import { appendCase, formatCase, toFreeName } from '../../workspace/text/append-case.ts';
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
  const wish = error === undefined ? { key: key ?? '', name } : { error: parseCount(error, '--error'), name };
  return await withOpenFlow(context, { dir: workspaceDir(context, options), flow }, async (open) => {
    const real = await recordReal(open, wish, context.stop);
    const kept = await keep(context, open, real.made, options);
    return tell(context, { open, real, kept, options });
  });
}

interface Kept {
  readonly added: TestCase;
  /** As messages show it; absent where nothing was to be written. */
  readonly file?: string;
}

async function keep(
  context: Context,
  { workspace, plan }: OpenFlow,
  made: TestCase,
  { to, print, case: name }: Options,
): Promise<Kept> {
  if (print) return { added: made };
  const path =
    to === undefined ? join(workspace.dir, 'flows', `${plan.flow}.test.yaml`) : resolve(context.cwd, to);
  const file = relative(context.cwd, path);
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new Fault('TL_ARGUMENT_INVALID', `${file} cannot be read: ${cause.message}`, { cause });
  });
  const added = name === undefined ? { ...made, case: toFreeName(text, made.case) } : made;
  const schema = schemaPath(workspace.files.get(workspace.flows.get(plan.flow)?.file ?? '')?.text ?? '');
  const written = appendCase({ path: file, text, flow: plan.flow, schema }, added);
  await writeFile(path, written).catch((cause: Error) => {
    throw new Fault('TL_ARGUMENT_INVALID', `${file} cannot be written: ${cause.message}`, { cause });
  });
  if (dirname(path) !== join(workspace.dir, 'flows')) {
    printNote(context, `${file} lies outside of flows/, where \`tradelane test\` looks`);
  }
  return { added, file };
}

/** Where the flow's own first line finds its schema, there lies that of tests as well. */
function schemaPath(flowText: string): string {
  const named = /^# yaml-language-server: \$schema=(\S*)flow\.schema\.json/m.exec(flowText)?.[1];
  return `${named ?? '../.tradelane/schemas/'}test.schema.json`;
}

interface Told {
  readonly open: OpenFlow;
  readonly real: RecordedReal;
  readonly kept: Kept;
  readonly options: Options;
}

function tell(context: Context, { open, real, kept, options }: Told): ExitCode {
  const { added, file } = kept;
  const { recorded } = real;
  const notes = describeRecorded(recorded, real.error);
  if (options.json) {
    const { end } = recorded.redacted;
    const fault = recorded.redacted.end === 'failed' ? recorded.redacted.fault : undefined;
    printJson(context, {
      flow: open.plan.flow,
      case: added,
      ...(file !== undefined && { file }),
      masked: recorded.masked,
      maskedByName: recorded.byName,
      ends: end === 'through' ? 'delivered' : end,
      ...(fault && { fault: { code: fault.code, message: fault.message } }),
      endsAlike: endsAlike(recorded),
    });
  } else if (file === undefined) printLine(context, formatCase(added).trimEnd());
  else printLine(context, `the case "${added.case}" stands in ${file}`);
  for (const note of notes) printNote(context, note);
  return endsAlike(recorded) ? exit.clean : exit.findings;
}
