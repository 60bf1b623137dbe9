import { relative, resolve } from 'node:path';
import { Command } from 'commander';
import { Fault } from '../contract/fault.ts';
import { type Finding, formatFinding, isError } from '../workspace/finding.ts';
import { example, type Report, withCommonOptions, workspaceDir } from './common-options.ts';
import { type CommonOptions, type Context, exit } from './context.ts';
import { refreshEditorSchemas } from './editor-schemas.ts';
import { loadFrom } from './load.ts';
import { counted, paint, printJson, printLine } from './output/print.ts';

export function validateCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('validate'))
    .summary('check every file of the workspace')
    .description(
      'Checks every file of the workspace and prints each finding as file:line:column, code and message.',
    )
    .argument('[files...]', 'only findings in these files')
    .addHelpText('after', example('tradelane validate', 'tradelane validate flows/orders-to-erp.yaml --json'))
    .action(async (files: string[], options: CommonOptions) =>
      report(await validate(context, files, options)),
    );
}

async function validate(context: Context, files: readonly string[], options: CommonOptions) {
  const dir = workspaceDir(context, options);
  const { workspace } = await loadFrom(context, dir);
  await refreshEditorSchemas(context, workspace);
  const wanted = files.map((file) => relative(workspace.dir, resolve(dir, file)).replaceAll('\\', '/'));
  const unknown = wanted.filter((file) => !workspace.files.has(file));
  if (unknown.length > 0)
    throw new Fault('TL_ARGUMENT_INVALID', `not a file of this workspace: ${unknown.join(', ')}`);
  const findings = workspace.findings.filter(({ file }) => wanted.length === 0 || wanted.includes(file));
  const checked = { flows: workspace.flows.size, connections: workspace.connections.size };
  if (options.json) printJson(context, { findings, ...checked });
  else printFindings(context, findings, checked);
  if (findings.some(isError)) return exit.invalid;
  return findings.length > 0 ? exit.findings : exit.clean;
}

interface Checked {
  readonly flows: number;
  readonly connections: number;
}

function printFindings(context: Context, findings: readonly Finding[], checked: Checked): void {
  for (const finding of findings) {
    printLine(context, paint(context.stdout, isError(finding) ? 'red' : 'yellow', formatFinding(finding)));
  }
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
