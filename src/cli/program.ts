import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Report } from './common-options.ts';
import { connectorsCommand } from './connectors.ts';
import type { Context } from './context.ts';
import { demoCommand } from './demo.ts';
import { devCommand } from './dev.ts';
import { driftCommand } from './drift.ts';
import { errorsCommand } from './errors.ts';
import { initCommand } from './init.ts';
import { mapCommand } from './map.ts';
import { migrateCommand } from './migrate.ts';
import { pendingCommand } from './pending.ts';
import { planCommand } from './plan.ts';
import { recordCommand } from './record.ts';
import { replayCommand } from './replay.ts';
import { runCommand } from './run.ts';
import { runsCommand, statusCommand } from './runs.ts';
import { schemaCommand } from './schema.ts';
import { simulateCommand } from './simulate.ts';
import { startCommand } from './start.ts';
import { testCommand } from './test.ts';
import { validateCommand } from './validate.ts';

const commands = [
  initCommand,
  demoCommand,
  devCommand,
  startCommand,
  planCommand,
  runCommand,
  validateCommand,
  testCommand,
  mapCommand,
  schemaCommand,
  connectorsCommand,
  simulateCommand,
  runsCommand,
  statusCommand,
  pendingCommand,
  errorsCommand,
  driftCommand,
  recordCommand,
  replayCommand,
  migrateCommand,
];

/** The command line, one file per command. */
export function createProgram(context: Context, report: Report): Command {
  const manifest = JSON.parse(readFileSync(join(context.packageDir, 'package.json'), 'utf8')) as {
    version: string;
  };
  const program = new Command('tradelane')
    .description('Moves orders, customers, stock and prices between commerce, ERP, WMS and CRM systems.')
    .version(manifest.version);
  for (const command of commands) program.addCommand(command(context, report));
  pointToHelp(program);
  return program;
}

/** Commander hands settings down only to commands that it makes itself. */
function pointToHelp(command: Command): void {
  command.showHelpAfterError('(--help shows how)');
  for (const child of command.commands) pointToHelp(child);
}
