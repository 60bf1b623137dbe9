import type { JsonObject } from '../contract/json.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { type EndpointSchemas, inputName, pathMembers, restOf } from '../endpoints/schemas.ts';

/** What the document says of one method at one path. */
export interface OpenApiOperation extends JsonObject {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
}

export interface OpenApiDocument extends JsonObject {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonObject>> } & JsonObject;
}

/** The OpenAPI document of endpoints, from the schemas by which they are checked. */
export function toOpenApi(
  endpoints: readonly Endpoint[],
  { schemas, version }: { readonly schemas: EndpointSchemas; readonly version: string },
): OpenApiDocument {
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  for (const endpoint of endpoints) {
    paths[endpoint.path] ??= {};
    const methods = paths[endpoint.path];
    if (methods !== undefined) methods[endpoint.method.toLowerCase()] = toOperation(endpoint, schemas);
  }
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Tradelane',
      version,
      description:
        'Flows between commerce, ERP, WMS and CRM: what they do, what failed, and what can be done about it.',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ token: [] }, { session: [] }],
    tags: [...new Set(endpoints.map(({ subject }) => subject))].map((name) => ({ name })),
    paths,
    components: {
      schemas: toComponents(schemas),
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token, as `tradelane token create` prints it.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-tradelane',
          description: 'The session of a browser.',
        },
      },
      responses: {
        Problem: {
          description: 'What was asked for was not done; `code` says why.',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/problem' } } },
        },
      },
    },
  };
}

function toOperation(endpoint: Endpoint, schemas: EndpointSchemas): OpenApiOperation {
  const { id, subject, summary, description = '', role, reach, answer } = endpoint;
  const input = schemas.inputs.get(inputName(endpoint));
  const over =
    reach === 'everything'
      ? 'all flows'
      : reach === 'some'
        ? 'some flow; only what is of those flows'
        : 'the flow';
  const status = endpoint.status ?? (answer === undefined ? 204 : 200);
  return {
    operationId: id,
    summary,
    description: [description, `Needs the role ${role} over ${over}.`].filter(Boolean).join('\n\n'),
    tags: [subject],
    'x-role': role,
    ...(input && toGiven(endpoint, input)),
    responses: { [status]: toAnswer(answer), default: { $ref: '#/components/responses/Problem' } },
  };
}

function toAnswer(answer: string | undefined): JsonObject {
  if (answer === undefined) return { description: 'Done.' };
  const schema = { $ref: `#/components/schemas/${answer}` };
  return { description: 'Done.', content: { 'application/json': { schema } } };
}

/** Members as parameters, or as the body. */
function toGiven(endpoint: Endpoint, input: JsonObject): JsonObject {
  const members = Object.entries((input['properties'] ?? {}) as Readonly<Record<string, JsonObject>>);
  const required = (input['required'] ?? []) as readonly string[];
  const inPath = pathMembers(endpoint);
  const isQuery = restOf(endpoint) === 'query';
  const parameters = members
    .filter(([name]) => isQuery || inPath.includes(name))
    .map(([name, schema]) => ({
      name,
      in: inPath.includes(name) ? 'path' : 'query',
      required: inPath.includes(name) || required.includes(name),
      ...(typeof schema['description'] === 'string' && { description: schema['description'] }),
      schema: withLocalRefs(schema, 'input'),
    }));
  const keyed = endpoint.method === 'GET' || endpoint.isLook || endpoint.isPrivate ? [] : [idempotencyKey];
  const given = {
    ...((parameters.length > 0 || keyed.length > 0) && { parameters: [...parameters, ...keyed] }),
  };
  const rest = members.filter(([name]) => !inPath.includes(name));
  if (isQuery || rest.length === 0) return given;
  const { $id: _id, $schema: _dialect, $defs: _parts, title: _title, ...whole } = input;
  const needed = required.filter((name) => !inPath.includes(name));
  const body = { ...whole, properties: Object.fromEntries(rest), required: needed };
  // Examples have members of the path, too.
  const { examples: _examples, ...schema } = withLocalRefs(body, 'input');
  return {
    ...given,
    requestBody: { required: needed.length > 0, content: { 'application/json': { schema } } },
  };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Asked once more with the same key within a day, the answer of the first time comes back.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

/** Each file is a component, and so is each of the parts that others refer to. */
function toComponents({ inputs, answers }: EndpointSchemas): Readonly<Record<string, JsonObject>> {
  const named = (all: ReadonlyMap<string, JsonObject>, kind: 'input' | 'answer') =>
    [...all].flatMap(([file, schema]) => {
      const { $id: _id, $schema: _dialect, $defs = {}, ...whole } = schema;
      const parts = Object.entries($defs as Readonly<Record<string, JsonObject>>).map(
        ([part, node]) => [componentName(file, part, kind), withLocalRefs(node, kind, file)] as const,
      );
      const isShown = file !== 'parts' && kind === 'answer';
      return isShown ? [[file, withLocalRefs(whole, kind, file)] as const, ...parts] : parts;
    });
  return Object.fromEntries([...named(answers, 'answer'), ...named(inputs, 'input')]);
}

function withLocalRefs(node: JsonObject, kind: 'input' | 'answer', file = 'parts'): JsonObject {
  return JSON.parse(JSON.stringify(node), (name, value: unknown) => {
    if (name !== '$ref' || typeof value !== 'string') return value;
    const [target = '', part = ''] = value.split('#/$defs/');
    const from = target.replace('.schema.json', '') || file;
    return `#/components/schemas/${part === '' ? from : componentName(from, part, kind)}`;
  }) as JsonObject;
}

function componentName(file: string, part: string, kind: 'input' | 'answer'): string {
  return kind === 'input' ? `input.${part}` : file === 'parts' ? `part.${part}` : `${file}.${part}`;
}
