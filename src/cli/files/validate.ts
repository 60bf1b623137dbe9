import { Command, Option } from 'commander';
import {
  endingOfFindings,
  type Validation,
  validateAsSarif,
  validateFiles,
} from '../../app/validate/validate-files.ts';
import { counted } from '../../contract/text/counted.ts';
import { formatFinding, isError } from '../../workspace/finding.ts';
import { example, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, type ExitCode, exit } from '../context.ts';
import { paint, printJson, printLine } from '../output/print.ts';
import { formatSchedule } from '../output/schedule-text.ts';

type ValidateOptions = CommonOptions & { readonly sarif?: boolean };

export function validateCommand(context: Context, report: Report): Command {
  const examples = [
    'tradelane validate',
    'tradelane validate flows/orders-to-erp.yaml --json',
    'tradelane validate --sarif > findings.sarif',
  ];
  return withCommonOptions(new Command('validate'))
    .summary('check every file of the workspace')
    .description(
      'Checks every file of the workspace and prints each finding as file:line:column, code and message, and then for ' +
        'each schedule what it says in words and its next five times. Exit code 2 if there are errors, 1 if there are ' +
        'warnings only.',
    )
    .argument('[files...]', 'only findings and schedules of these files')
    .addOption(
      new Option(
        '--sarif',
        'print the findings as SARIF 2.1.0, which code hosts show beside the lines',
      ).conflicts('json'),
    )
    .addHelpText('after', example(...examples))
    .action(async (files: string[], options: ValidateOptions) =>
      report(await validate(context, files, options)),
    );
}

async function validate(
  context: Context,
  files: readonly string[],
  options: ValidateOptions,
): Promise<ExitCode> {
  const wish = { dir: workspaceDir(context, options), files };
  if (options.sarif) {
    const { sarif, findings } = await validateAsSarif(context, wish, context.cwd);
    printJson(context, sarif);
    return exit[endingOfFindings(findings)];
  }
  const validation = await validateFiles(context, wish);
  if (options.json) printJson(context, validation);
  else printFindings(context, validation);
  return exit[endingOfFindings(validation.findings)];
}

function printFindings(context: Context, { findings, schedules, ...checked }: Validation): void {
  for (const finding of findings) {
    printLine(context, paint(context.stdout, isError(finding) ? 'red' : 'yellow', formatFinding(finding)));
  }
  for (const schedule of schedules) printLine(context, formatSchedule(schedule));
  const errors = findings.filter(isError).length;
  const outcome =
    findings.length === 0
      ? 'no findings'
      : `${counted(errors, 'error')}, ${counted(findings.length - errors, 'warning')}`;
  printLine(
    context,
    `${counted(checked.flows, 'flow')}, ${counted(checked.connections, 'connection')}: ${outcome}`,
  );
}
