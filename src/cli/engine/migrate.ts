import { Command } from 'commander';
import { openWorkspaceStore } from '../../app/open/open-store.ts';
import { example, type Report, withCommonOptions, workspaceDir } from '../common-options.ts';
import { type CommonOptions, type Context, exit } from '../context.ts';
import { printJson, printLine } from '../output/print.ts';

export function migrateCommand(context: Context, report: Report): Command {
  return withCommonOptions(new Command('migrate'))
    .summary('bring the database up to date')
    .description('Brings the tables up to date. Other commands do it as well; this one is for deployments.')
    .addHelpText('after', example('DATABASE_URL=postgres://… tradelane migrate'))
    .action(async (options: CommonOptions) => {
      const store = await openWorkspaceStore(context, workspaceDir(context, options));
      await store.close();
      const steps = store.migrated;
      if (options.json) printJson(context, { migrated: steps });
      else printLine(context, steps.length === 0 ? 'up to date' : `done: ${steps.join(', ')}`);
      report(exit.clean);
    });
}
