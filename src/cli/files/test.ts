import { Command } from 'commander';
import { workspacePaths } from '../../app/files/watch-paths.ts';
import { toTestDocument } from '../../app/flow-test/test-document.ts';
import { type TestedFlows, type TestWish, testFlows } from '../../app/flow-test/test-flows.ts';
import { Fault } from '../../contract/fault.ts';
import { example, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { printCoverage } from '../output/coverage-report.ts';
import { printJson, printNote } from '../output/print.ts';
import { printTests } from '../output/test-report.ts';
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
  const wish: TestWish = {
    dir: workspaceDir(context, options),
    patterns,
    coverage: options.coverage || least !== undefined ? 'measured' : 'left out',
    leastCoverage: least,
  };
  const once = async () => {
    const tested = await testFlows(context, wish);
    if (options.json) printJson(context, toTestDocument(tested));
    else print(context, tested);
    if (tested.short !== undefined)
      printNote(context, `coverage is ${tested.short}%, less than the ${least}% asked for`);
    return exit[tested.ending];
  };
  if (!options.watch) return await once();
  if (options.json) throw new Fault('TL_ARGUMENT_INVALID', '--watch is for people: leave --json out');
  return await watchAndRepeat(context, workspacePaths(wish.dir), async () => {
    await once();
  });
}

function print(context: Context, { files, coverage }: TestedFlows): void {
  printTests(context, files);
  if (coverage !== undefined) printCoverage(context, coverage);
}

/** `80%` or `80`. */
function parsePercent(text: string): number {
  const percent = /^(\d{1,3}(?:\.\d+)?)%?$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return Number(percent);
  throw new Fault('TL_ARGUMENT_INVALID', `--min-coverage must be a share such as 80%, got "${text}"`);
}
