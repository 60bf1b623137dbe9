import type { JsonObject } from '../../../src/contract/json.ts';
import type { Endpoint } from '../../../src/endpoints/endpoint.ts';
import { type EndpointSchemas, inputName, pathMembers, restOf } from '../../../src/endpoints/schemas.ts';

/** Something to ask: the path with its query, and the body where there is one. */
export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly body?: JsonObject;
}

/** What the example of an endpoint's input says, with these members in place of its own, wherever they stand. */
export function exampleOf(
  endpoint: Pick<Endpoint, 'id'>,
  { inputs }: EndpointSchemas,
  real: JsonObject,
): JsonObject {
  const [example = {}] = (inputs.get(inputName(endpoint))?.['examples'] ?? []) as readonly JsonObject[];
  return JSON.parse(JSON.stringify(example), (name, value: unknown) => {
    if (!Object.hasOwn(real, name)) return value;
    return typeof value === 'string' ? String(real[name]) : real[name];
  }) as JsonObject;
}

export function toCall(endpoint: Endpoint, input: JsonObject): ApiCall {
  const inPath = pathMembers(endpoint);
  const path = endpoint.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(textOf(input[name])),
  );
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !inPath.includes(name)));
  const { method } = endpoint;
  if (restOf(endpoint) === 'body') return { method, path, body: rest };
  const query = Object.entries(rest).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((each) => `${name}=${encodeURIComponent(textOf(each))}`),
  );
  return { method, path: query.length === 0 ? path : `${path}?${query.join('&')}` };
}

function textOf(value: unknown): string {
  // A path without a name between two slashes would be another one.
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.toWellFormed();
}
