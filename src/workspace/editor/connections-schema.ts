import type { Connector } from '../../contract/connector.ts';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import type { Workspace } from '../workspace.ts';
import { allowReferences } from './allow-references.ts';
import { withChoice } from './choice.ts';
import { embedSchema } from './embed-schema.ts';

/** The shape of config/connections.yaml with the connectors there are, and what each of them wants in its `config`. */
export function enumerateConnectionsSchema(shape: JsonObject, { connectors }: Workspace): JsonObject {
  const definitions = toObject(shape.$defs);
  const connection = toObject(definitions.connection);
  const properties = toObject(connection.properties);
  const names = [...connectors.keys()].sort();
  const usable = names.flatMap((name) => {
    const connector = connectors.get(name)?.connector;
    return connector === undefined ? [] : [{ name, connector }];
  });
  const grammars = usable.flatMap(({ name, connector }) => grammarsOf(name, connector));
  return {
    ...shape,
    $defs: {
      ...definitions,
      connection: {
        ...connection,
        properties: { ...properties, connector: withChoice(toObject(properties.connector), names) },
        allOf: usable.map(({ name, connector }) => whenConnector(name, connector)),
      },
      ...Object.fromEntries(grammars),
    },
  };
}

function grammarsOf(
  name: string,
  { config, resource, answers }: Connector,
): readonly (readonly [string, JsonObject])[] {
  const parts = { config, resource, answers };
  return Object.entries(parts).flatMap(([part, schema]) =>
    schema === undefined ? [] : [[`${name}-${part}`, embed(schema, `${name}-${part}`)] as const],
  );
}

function embed(schema: JsonObject, name: string): JsonObject {
  return allowReferences(embedSchema(schema, `/$defs/${name}`));
}

function whenConnector(name: string, { config, resource, answers }: Connector): JsonObject {
  const isNeeded = Array.isArray(config.required) && config.required.length > 0;
  const resources =
    resource === undefined ? false : { additionalProperties: { $ref: `#/$defs/${name}-resource` } };
  return {
    if: { properties: { connector: { const: name } }, required: ['connector'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: {
      properties: { config: { $ref: `#/$defs/${name}-config` }, resources },
      ...(answers !== undefined && { $ref: `#/$defs/${name}-answers` }),
      ...(isNeeded && { required: ['config'] }),
    },
  };
}

function toObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}
