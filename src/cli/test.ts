import { Command } from 'commander';
import { createOfflinePlans } from '../flow-test/compile-offline.ts';
import { type FileResult, runTests } from '../flow-test/run-tests.ts';
import { selectCases } from '../flow-test/select-cases.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { example, type Report, withCommonOptions, workspaceDir } from './common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from './context.ts';
import { refreshEditorSchemas } from './editor-schemas.ts';
import { loadFrom } from './load.ts';
import { printJson } from './output/print.ts';
import { printTests, testDocument } from './output/test-report.ts';

export function testCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('test'))
    .summary('run the flow tests')
    .description(
      'Runs the cases of flows/*.test.yaml: what a flow makes of given records. No system is asked anything, and ' +
        'no variable need be set.',
    )
    .argument('[patterns...]', 'only these: name of a test file or flow, or part of the name of a case')
    .addHelpText(
      'after',
      example('tradelane test', 'tradelane test orders-to-erp', 'tradelane test "guest order" --json'),
    )
    .action(async (patterns: string[], options: CommonOptions) =>
      report(await test(context, patterns, options)),
    );
}

async function test(
  context: Context,
  patterns: readonly string[],
  options: CommonOptions,
): Promise<ExitCode> {
  const { workspace } = await loadFrom(context, workspaceDir(context, options));
  await refreshEditorSchemas(context, workspace);
  const files = await runAll(context, workspace, patterns);
  if (options.json) printJson(context, testDocument(files));
  else printTests(context, files);
  return exitCodeOf(files);
}

async function runAll(
  context: Context,
  workspace: Workspace,
  patterns: readonly string[],
): Promise<readonly FileResult[]> {
  const plans = createOfflinePlans(workspace, context.clock);
  try {
    const files: FileResult[] = [];
    for (const selected of selectCases(workspace, patterns)) files.push(await runTests(plans, selected));
    return files;
  } finally {
    await plans.close();
  }
}

function exitCodeOf(files: readonly FileResult[]): ExitCode {
  if (files.some(({ mistakes, fault }) => mistakes.length > 0 || fault !== undefined)) return exit.invalid;
  return files.every(({ cases }) => cases.every(({ ok }) => ok)) ? exit.clean : exit.findings;
}
