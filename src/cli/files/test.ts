import { Command } from 'commander';
import { refreshEditorSchemas } from '../../app/files/editor-schemas.ts';
import { workspacePaths } from '../../app/files/watch-paths.ts';
import { loadFrom } from '../../app/open/load.ts';
import { Fault } from '../../contract/fault.ts';
import { createOfflinePlans } from '../../flow-test/compile-offline.ts';
import { type FlowCoverage, percentOf } from '../../flow-test/coverage/coverage.ts';
import { measureCoverage } from '../../flow-test/coverage/measure-coverage.ts';
import { type FileResult, runTests } from '../../flow-test/run-tests.ts';
import { selectCases } from '../../flow-test/select-cases.ts';
import { example, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { coverageDocument, printCoverage } from '../output/coverage-report.ts';
import { printJson, printNote } from '../output/print.ts';
import { printTests, testDocument } from '../output/test-report.ts';
import { watchAndRepeat } from './watch-and-repeat.ts';

interface Options extends CommonOptions {
  readonly coverage?: boolean;
  readonly minCoverage?: string;
  readonly watch?: boolean;
}

export function testCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('test'))
    .summary('run the flow tests')
    .description(
      'Runs the cases of flows/*.test.yaml: what a flow makes of given records. No system is asked anything, and ' +
        'no variable need be set.',
    )
    .argument('[patterns...]', 'only these: name of a test file or flow, or part of the name of a case')
    .option('--coverage', 'say which mappings, sides of conditions and filters no case reaches')
    .option('--min-coverage <percent>', 'the same, and exit code 1 if less than this share is reached')
    .option('--watch', 'run them again whenever a file changes')
    .addHelpText(
      'after',
      example(
        'tradelane test',
        'tradelane test orders-to-erp --watch',
        'tradelane test "guest order" --json',
        'tradelane test --min-coverage 80%',
      ),
    )
    .action(async (patterns: string[], options: Options) => report(await test(context, patterns, options)));
}

async function test(context: Context, patterns: readonly string[], options: Options): Promise<ExitCode> {
  const least = options.minCoverage === undefined ? undefined : parsePercent(options.minCoverage);
  const once = async () => {
    const tested = await runAll(context, patterns, options);
    print(context, tested, options);
    return exitCodeOf(context, tested, least);
  };
  if (!options.watch) return await once();
  if (options.json) throw new Fault('TL_ARGUMENT_INVALID', '--watch is for people: leave --json out');
  return await watchAndRepeat(context, workspacePaths(workspaceDir(context, options)), async () => {
    await once();
  });
}

interface Tested {
  readonly files: readonly FileResult[];
  /** Absent where nobody asked for it. */
  readonly coverage: readonly FlowCoverage[] | undefined;
}

async function runAll(context: Context, patterns: readonly string[], options: Options): Promise<Tested> {
  const { workspace } = await loadFrom(context, workspaceDir(context, options));
  await refreshEditorSchemas(context, workspace);
  const plans = createOfflinePlans(workspace, context.clock);
  try {
    const files: FileResult[] = [];
    for (const selected of selectCases(workspace, patterns)) files.push(await runTests(plans, selected));
    if (!options.coverage && options.minCoverage === undefined) return { files, coverage: undefined };
    // A flow without a test is what coverage is about.
    const flows = patterns.length === 0 ? [...workspace.flows.keys()] : files.map(({ flow }) => flow);
    return { files, coverage: await measureCoverage(plans.workspace, files, flows) };
  } finally {
    await plans.close();
  }
}

function print(context: Context, { files, coverage }: Tested, options: Options): void {
  if (options.json) {
    printJson(context, { ...testDocument(files), ...(coverage && { coverage: coverageDocument(coverage) }) });
    return;
  }
  printTests(context, files);
  if (coverage !== undefined) printCoverage(context, coverage);
}

function exitCodeOf(context: Context, { files, coverage }: Tested, least: number | undefined): ExitCode {
  if (files.some(({ mistakes, fault }) => mistakes.length > 0 || fault !== undefined)) return exit.invalid;
  if (!files.every(({ cases }) => cases.every(({ ok }) => ok))) return exit.findings;
  if (least === undefined || coverage === undefined || percentOf(coverage) >= least) return exit.clean;
  printNote(context, `coverage is ${percentOf(coverage)}%, less than the ${least}% asked for`);
  return exit.findings;
}

/** `80%` or `80`. */
function parsePercent(text: string): number {
  const percent = /^(\d{1,3}(?:\.\d+)?)%?$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return Number(percent);
  throw new Fault('TL_ARGUMENT_INVALID', `--min-coverage must be a share such as 80%, got "${text}"`);
}
