import { Command } from 'commander';
import { loadAny } from '../../app/open/load.ts';
import type { ResourceDeclaration } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { isJsonObject } from '../../contract/json.ts';
import { hintFor } from '../../workspace/text/suggest.ts';
import type { ConnectorEntry } from '../../workspace/workspace.ts';
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
      const known = await loadConnectors(context, options);
      const rows = known.map(({ name, connector }) => [
        name,
        connector?.summary ?? 'cannot be used: see tradelane validate',
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
        const known = await loadConnectors(context, options);
        const entry = known.find((one) => one.name === name);
        if (!entry?.connector) {
          throw new Fault(
            'TL_ARGUMENT_INVALID',
            `no connector "${name}"; ${hintFor(
              name,
              known.map((one) => one.name),
            )}`,
          );
        }
        show(context, entry.connector, options);
        report(exit.clean);
      }),
  );
  return connectors;
}

async function loadConnectors(context: Context, options: CommonOptions): Promise<readonly ConnectorEntry[]> {
  const { workspace } = await loadAny(context, workspaceDir(context, options));
  return [...workspace.connectors.values()].sort((a, b) => a.name.localeCompare(b.name));
}

function show(
  context: Context,
  connector: NonNullable<ConnectorEntry['connector']>,
  options: CommonOptions,
): void {
  const { name, summary, config, resources } = connector;
  const abilities = Object.fromEntries(
    Object.entries(resources).map(([of, resource]) => [of, abilitiesOf(resource)]),
  );
  if (options.json) {
    printJson(context, { name, summary, config, resources: abilities });
    return;
  }
  printLine(context, `${name}: ${summary}\n\nconfig`);
  printTable(context, [{ title: '  key', isName: true }, { title: 'meaning' }], configRows(config));
  if (Object.keys(resources).length === 0) {
    printLine(context, '\nresources are declared on each connection');
    return;
  }
  printLine(context);
  const rows = Object.entries(abilities).map(([of, { entity, can }]) => [of, entity ?? '', can.join(' ')]);
  printTable(context, [{ title: 'resource', isName: true }, { title: 'entity' }, { title: 'can' }], rows);
}

function configRows(config: ResourceDeclaration): readonly (readonly string[])[] {
  const required = Array.isArray(config['required']) ? config['required'] : [];
  const properties = isJsonObject(config['properties']) ? config['properties'] : {};
  return Object.entries(properties).map(([key, schema]) => {
    const { description = '', writeOnly, default: fallback } = isJsonObject(schema) ? schema : {};
    const notes = [
      required.includes(key) ? 'required' : '',
      writeOnly === true ? 'secret' : '',
      fallback === undefined ? '' : `default ${JSON.stringify(fallback)}`,
    ].filter((note) => note !== '');
    return [`  ${key}`, notes.length > 0 ? `${description} (${notes.join(', ')})` : String(description)];
  });
}

const operations = ['read', 'find', 'create', 'update', 'upsert', 'delete'] as const;

function abilitiesOf(resource: ResourceDeclaration): {
  readonly entity: string | undefined;
  readonly can: readonly string[];
} {
  const entity = isJsonObject(resource['entity']) ? resource['entity']['name'] : undefined;
  const can = operations.filter((operation) => resource[operation] !== undefined);
  return { entity: typeof entity === 'string' ? entity : undefined, can };
}
