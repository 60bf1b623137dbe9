import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { commandNames } from './command-names.ts';
import type { Report } from './common-options.ts';
import type { Context } from './context.ts';

type Make = (context: Context, report: Report) => Command;

const commands: Readonly<Record<(typeof commandNames)[number], () => Promise<Make>>> = {
  init: async () => (await import('./init.ts')).initCommand,
  demo: async () => (await import('./demo.ts')).demoCommand,
  dev: async () => (await import('./dev.ts')).devCommand,
  start: async () => (await import('./start.ts')).startCommand,
  plan: async () => (await import('./plan.ts')).planCommand,
  run: async () => (await import('./run.ts')).runCommand,
  resync: async () => (await import('./resync.ts')).resyncCommand,
  validate: async () => (await import('./validate.ts')).validateCommand,
  test: async () => (await import('./test.ts')).testCommand,
  map: async () => (await import('./map.ts')).mapCommand,
  schema: async () => (await import('./schema.ts')).schemaCommand,
  connectors: async () => (await import('./connectors.ts')).connectorsCommand,
  simulate: async () => (await import('./simulate.ts')).simulateCommand,
  runs: async () => (await import('./runs.ts')).runsCommand,
  status: async () => (await import('./status/status.ts')).statusCommand,
  pending: async () => (await import('./pending.ts')).pendingCommand,
  errors: async () => (await import('./errors/errors.ts')).errorsCommand,
  drift: async () => (await import('./drift.ts')).driftCommand,
  xref: async () => (await import('./xref/xref.ts')).xrefCommand,
  record: async () => (await import('./record.ts')).recordCommand,
  replay: async () => (await import('./replay/replay.ts')).replayCommand,
  migrate: async () => (await import('./migrate.ts')).migrateCommand,
  completion: async () => {
    const { completionCommand } = await import('./completion/completion.ts');
    return (context, report) => completionCommand(context, report, () => createProgram(context, report, []));
  },
};

/**
 * The command line, one file per command. Of a command that `args` name, only that one is loaded: each brings
 * libraries along, and all of them together take as long to load as many a command to do its work.
 */
export async function createProgram(
  context: Context,
  report: Report,
  args: readonly string[],
): Promise<Command> {
  const manifest = JSON.parse(readFileSync(join(context.packageDir, 'package.json'), 'utf8')) as {
    version: string;
  };
  const program = new Command('tradelane')
    .description('Moves orders, customers, stock and prices between commerce, ERP, WMS and CRM systems.')
    .version(manifest.version);
  const named = commandNames.filter((name) => name === args[0]);
  const makes = await Promise.all((named.length > 0 ? named : commandNames).map((name) => commands[name]()));
  for (const make of makes) program.addCommand(make(context, report));
  pointToHelp(program);
  return program;
}

/** Commander hands settings down only to commands that it makes itself. */
function pointToHelp(command: Command): void {
  command.showHelpAfterError('(--help shows how)');
  for (const child of command.commands) pointToHelp(child);
}
