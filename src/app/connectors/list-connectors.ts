import type { ResourceDeclaration } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { isJsonObject } from '../../contract/json.ts';
import { hintFor } from '../../workspace/text/suggest.ts';
import type { ConnectorEntry } from '../../workspace/workspace.ts';
import { loadAny } from '../open/load.ts';
import type { Surroundings } from '../surroundings.ts';

export interface ListedConnector {
  readonly name: string;
  /** Absent for one that cannot be used: `validate` says why. */
  readonly summary: string | undefined;
}

/** Those that come with the package, and those of the workspace, by name. */
export async function listConnectors(around: Surroundings, dir: string): Promise<readonly ListedConnector[]> {
  return (await loadConnectors(around, dir)).map(({ name, connector }) => ({
    name,
    summary: connector?.summary,
  }));
}

/** What a connection says to a connector, and what can be done with its resources. */
export interface ShownConnector {
  readonly name: string;
  readonly summary: string;
  readonly config: ResourceDeclaration;
  /** None: they are declared on each connection. */
  readonly resources: Readonly<Record<string, Abilities>>;
}

export interface Abilities {
  readonly entity: string | undefined;
  readonly can: readonly string[];
}

/** Throws a Fault TL_ARGUMENT_INVALID that says which there are. */
export async function showConnector(
  around: Surroundings,
  dir: string,
  wanted: string,
): Promise<ShownConnector> {
  const known = await loadConnectors(around, dir);
  const found = known.find(({ name }) => name === wanted)?.connector;
  if (!found) {
    const names = known.map(({ name }) => name);
    throw new Fault('TL_ARGUMENT_INVALID', `no connector "${wanted}"; ${hintFor(wanted, names)}`);
  }
  const { name, summary, config, resources } = found;
  const abilities = Object.entries(resources).map(([of, resource]) => [of, abilitiesOf(resource)] as const);
  return { name, summary, config, resources: Object.fromEntries(abilities) };
}

/** A key of a connection's configuration. */
export interface ConfigKey {
  readonly key: string;
  readonly description: string;
  readonly isRequired: boolean;
  readonly isSecret: boolean;
  readonly fallback: unknown;
}

export function listConfigKeys(config: ResourceDeclaration): readonly ConfigKey[] {
  const required = Array.isArray(config['required']) ? config['required'] : [];
  const properties = isJsonObject(config['properties']) ? config['properties'] : {};
  return Object.entries(properties).map(([key, schema]) => {
    const { description = '', writeOnly, default: fallback } = isJsonObject(schema) ? schema : {};
    return {
      ...{ key, description: String(description), fallback },
      ...{ isRequired: required.includes(key), isSecret: writeOnly === true },
    };
  });
}

async function loadConnectors(around: Surroundings, dir: string): Promise<readonly ConnectorEntry[]> {
  const { workspace } = await loadAny(around, dir);
  return [...workspace.connectors.values()].sort((a, b) => a.name.localeCompare(b.name));
}

const operations = ['read', 'find', 'create', 'update', 'upsert', 'delete'] as const;

function abilitiesOf(resource: ResourceDeclaration): Abilities {
  const entity = isJsonObject(resource['entity']) ? resource['entity']['name'] : undefined;
  const can = operations.filter((operation) => resource[operation] !== undefined);
  return { entity: typeof entity === 'string' ? entity : undefined, can };
}
