import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { findSimulator } from '../simulate/find-simulators.ts';
import type { Surroundings } from '../surroundings.ts';
import type { NamedEnd } from './choice.ts';
import { type FlowSide, templateOf } from './ends.ts';
import { fillTemplate, type Templates } from './templates.ts';

export interface ConnectionTools {
  readonly around: Surroundings;
  readonly workspace: Workspace;
  readonly templates: Templates;
}

/** Where the simulators of both ends are expected: `tradelane simulate NAME --port 9001`. */
export const simulatorPorts: Readonly<Record<FlowSide, number>> = { source: 9001, target: 9002 };

/** A connection's part of config/connections.yaml, with variables whose defaults lead to the system's simulator. */
export async function connectionText(side: FlowSide, end: NamedEnd, tools: ConnectionTools): Promise<string> {
  const { name, resource, entity, connector } = end;
  const address = `http://127.0.0.1:${simulatorPorts[side]}`;
  const template = templateOf(tools.templates, end, `${side}/connection.yaml`);
  const schema = tools.workspace.entities.get(entity)?.schema ?? {};
  if (template !== undefined) {
    const values = {
      name,
      resource,
      entity,
      address,
      key: firstRequired(schema),
      VARIABLE: variableOf(name),
    };
    return fillTemplate(template, values);
  }
  const found = tools.workspace.connectors.get(connector)?.connector;
  const simulated = await simulatedConfig(tools.around, connector, address);
  const lines = configLines(variableOf(name), found?.config ?? {}, simulated);
  const about = found?.summary === undefined ? [] : [`  # ${found.summary}`];
  return [...about, `  ${name}:`, `    connector: ${connector}`, '    config:', ...lines, ''].join('\n');
}

/** What every record has first is what it is known by. */
function firstRequired({ required }: JsonObject): string {
  return Array.isArray(required) && typeof required[0] === 'string' ? required[0] : 'id';
}

async function simulatedConfig(
  around: Surroundings,
  connector: string,
  address: string,
): Promise<Readonly<Record<string, unknown>>> {
  const simulator = await findSimulator(around, connector);
  if (simulator === undefined) return {};
  // Its configuration does not depend on how much there is in it.
  const size = Object.fromEntries(Object.keys(simulator.defaultSize ?? {}).map((kind) => [kind, 0]));
  const effects = { append: () => {}, entries: () => [] };
  return simulator.create({ seed: 1, size, clock: around.clock, effects }).config(address);
}

/** What the simulator is told, and what else the connector cannot do without. */
function configLines(
  prefix: string,
  schema: JsonObject,
  simulated: Readonly<Record<string, unknown>>,
): readonly string[] {
  const known = isJsonObject(schema.properties) ? Object.keys(schema.properties) : Object.keys(simulated);
  const required = Array.isArray(schema.required) ? schema.required : [];
  return known
    .filter((key) => key in simulated || required.includes(key))
    .map((key) => {
      const value = simulated[key];
      const fallback = value === undefined ? '' : `:-${String(value)}`;
      return `      ${key}: "\${${prefix}_${variableOf(key)}${fallback}}"`;
    });
}

/** `CLIENT_SECRET` for `clientSecret`, `BUSINESS_CENTRAL` for `business-central`. */
export function variableOf(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase();
}
