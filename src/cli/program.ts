import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { commandNames } from './command-names.ts';
import type { Report } from './common-options.ts';
import type { Context } from './context.ts';

type Make = (context: Context, report: Report) => Command;

const commands: Readonly<Record<(typeof commandNames)[number], () => Promise<Make>>> = {
  init: async () => (await import('./init/init.ts')).initCommand,
  demo: async () => (await import('./demo/demo.ts')).demoCommand,
  dev: async () => (await import('./engine/dev.ts')).devCommand,
  start: async () => (await import('./engine/start.ts')).startCommand,
  plan: async () => (await import('./runs/plan.ts')).planCommand,
  run: async () => (await import('./runs/run.ts')).runCommand,
  resync: async () => (await import('./runs/resync.ts')).resyncCommand,
  validate: async () => (await import('./files/validate.ts')).validateCommand,
  test: async () => (await import('./files/test.ts')).testCommand,
  map: async () => (await import('./files/map.ts')).mapCommand,
  schema: async () => (await import('./files/schema.ts')).schemaCommand,
  connectors: async () => (await import('./files/connectors.ts')).connectorsCommand,
  check: async () => (await import('./engine/check.ts')).checkCommand,
  simulate: async () => (await import('./demo/simulate.ts')).simulateCommand,
  runs: async () => (await import('./runs/runs.ts')).runsCommand,
  status: async () => (await import('./engine/status.ts')).statusCommand,
  pending: async () => (await import('./pending/pending.ts')).pendingCommand,
  journey: async () => (await import('./journey/journey.ts')).journeyCommand,
  errors: async () => (await import('./errors/errors.ts')).errorsCommand,
  pause: async () => (await import('./pauses/pause.ts')).pauseCommand,
  resume: async () => (await import('./pauses/resume.ts')).resumeCommand,
  drift: async () => (await import('./pending/drift.ts')).driftCommand,
  xref: async () => (await import('./xref/xref.ts')).xrefCommand,
  record: async () => (await import('./files/record.ts')).recordCommand,
  replay: async () => (await import('./replay/replay.ts')).replayCommand,
  bulk: async () => (await import('./bulks/bulk.ts')).bulkCommand,
  audit: async () => (await import('./audit/audit.ts')).auditCommand,
  token: async () => (await import('./access/token.ts')).tokenCommand,
  user: async () => (await import('./access/user.ts')).userCommand,
  keys: async () => (await import('./encryption/keys.ts')).keysCommand,
  erase: async () => (await import('./erase/erase.ts')).eraseCommand,
  migrate: async () => (await import('./engine/migrate.ts')).migrateCommand,
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
