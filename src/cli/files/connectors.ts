import { Command } from 'commander';
import {
  type ConfigKey,
  listConfigKeys,
  listConnectors,
  type ShownConnector,
  showConnector,
} from '../../app/connectors/list-connectors.ts';
import {
  example,
  type Report,
  refuseUnknownSubcommand,
  withCommonOptions,
  workspaceDir,
} from '../common-options.ts';
import { type CommonOptions, type Context, exit } from '../context.ts';
import { printJson, printLine, printTable } from '../output/print.ts';

export function connectorsCommand(context: Context, report: Report): Command {
  const connectors = new Command('connectors')
    .summary('what systems there are connectors for')
    .description('Built-in connectors and those of the workspace.')
    .addHelpText('after', example('tradelane connectors', 'tradelane connectors show business-central'));
  const list = withCommonOptions(new Command('list'))
    .summary('all of them (the default)')
    .addHelpText('after', example('tradelane connectors', 'tradelane connectors list --json'))
    .action(async (options: CommonOptions) => {
      const known = await listConnectors(context, workspaceDir(context, options));
      const rows = known.map(({ name, summary = 'cannot be used: see tradelane validate' }) => [
        name,
        summary,
      ]);
      if (options.json)
        printJson(context, { connectors: rows.map(([name, summary]) => ({ name, summary })) });
      else printTable(context, [{ title: 'connector', isName: true }, { title: 'system' }], rows);
      report(exit.clean);
    });
  connectors.addCommand(list, { isDefault: true });
  refuseUnknownSubcommand(connectors, list);
  connectors.addCommand(
    withCommonOptions(new Command('show'))
      .summary('configuration and resources of one')
      .argument('<name>', 'name of the connector')
      .addHelpText('after', example('tradelane connectors show business-central'))
      .action(async (name: string, options: CommonOptions) => {
        show(context, await showConnector(context, workspaceDir(context, options), name), options);
        report(exit.clean);
      }),
  );
  return connectors;
}

function show(context: Context, connector: ShownConnector, options: CommonOptions): void {
  if (options.json) {
    printJson(context, connector);
    return;
  }
  const { name, summary, config, resources } = connector;
  printLine(context, `${name}: ${summary}\n\nconfig`);
  const keys = listConfigKeys(config).map(configRow);
  printTable(context, [{ title: '  key', isName: true }, { title: 'meaning' }], keys);
  if (Object.keys(resources).length === 0) {
    printLine(context, '\nresources are declared on each connection');
    return;
  }
  printLine(context);
  const rows = Object.entries(resources).map(([of, { entity, can }]) => [of, entity ?? '', can.join(' ')]);
  printTable(context, [{ title: 'resource', isName: true }, { title: 'entity' }, { title: 'can' }], rows);
}

function configRow({ key, description, isRequired, isSecret, fallback }: ConfigKey): readonly string[] {
  const notes = [
    isRequired ? 'required' : '',
    isSecret ? 'secret' : '',
    fallback === undefined ? '' : `default ${JSON.stringify(fallback)}`,
  ].filter((note) => note !== '');
  return [`  ${key}`, notes.length > 0 ? `${description} (${notes.join(', ')})` : description];
}
