import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { refreshEditorSchemas } from '../../app/files/editor-schemas.ts';
import { loadFrom } from '../../app/open/load.ts';
import { type ScheduleView, schedulesOf } from '../../app/schedule/schedules.ts';
import { Fault } from '../../contract/fault.ts';
import { counted } from '../../contract/text/counted.ts';
import { type Finding, formatFinding, isError } from '../../workspace/finding.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { example, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, exit } from '../context.ts';
import { paint, printJson, printLine } from '../output/print.ts';
import { formatSchedule } from '../output/schedule-text.ts';
import { loadFindingHelp } from './finding-help.ts';
import { repositoryRoot } from './repository-root.ts';
import { toSarif } from './sarif.ts';

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

async function validate(context: Context, files: readonly string[], options: ValidateOptions) {
  const dir = workspaceDir(context, options);
  const { workspace } = await loadFrom(context, dir);
  await refreshEditorSchemas(context, workspace);
  const isWanted = wantedFiles(workspace, files, dir);
  const findings = workspace.findings.filter(({ file }) => isWanted(file));
  const flows = [...workspace.flows.values()].filter(({ file }) => isWanted(file));
  const schedules = options.sarif ? [] : schedulesOf(flows, context.clock.now());
  const checked = { flows: workspace.flows.size, connections: workspace.connections.size };
  if (options.sarif) await printSarif(context, workspace, findings);
  else if (options.json) printJson(context, { findings, schedules, ...checked });
  else printFindings(context, { findings, schedules, checked });
  if (findings.some(isError)) return exit.invalid;
  return findings.length > 0 ? exit.findings : exit.clean;
}

/** Is a file one of those that were named? All are where none was. */
function wantedFiles(workspace: Workspace, files: readonly string[], dir: string): (file: string) => boolean {
  const wanted = files.map((file) => relative(workspace.dir, resolve(dir, file)).replaceAll('\\', '/'));
  const known = new Set([...workspace.files.keys(), ...workspace.findings.map(({ file }) => file)]);
  const unknown = wanted.filter((file) => !known.has(file));
  if (unknown.length > 0)
    throw new Fault('TL_ARGUMENT_INVALID', `not a file of this workspace: ${unknown.join(', ')}`);
  return (file) => wanted.length === 0 || wanted.includes(file);
}

async function printSarif(
  context: Context,
  workspace: Workspace,
  findings: readonly Finding[],
): Promise<void> {
  const manifest = await readFile(join(context.packageDir, 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { readonly version: string };
  const root = repositoryRoot(workspace.dir, context.cwd);
  const pathOf = (file: string) => relative(root, join(workspace.dir, file)).replaceAll('\\', '/');
  printJson(context, toSarif({ findings, version, help: await loadFindingHelp(context), pathOf }));
}

interface Result {
  readonly findings: readonly Finding[];
  readonly schedules: readonly ScheduleView[];
  readonly checked: { readonly flows: number; readonly connections: number };
}

function printFindings(context: Context, { findings, schedules, checked }: Result): void {
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
