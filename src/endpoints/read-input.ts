import { Fault } from '../contract/fault.ts';
import type { JsonObject } from '../contract/json.ts';
import { type Check, compileSchema } from '../schema/compile-schema.ts';
import type { Endpoint } from './endpoint.ts';
import { type EndpointSchemas, inputName, pathMembers, restOf } from './schemas.ts';

/** What came with a request, by where it stood. */
export interface RawInput {
  readonly path: JsonObject;
  readonly query: JsonObject;
  readonly body: unknown;
}

/**
 * Reads an endpoint's input from a request: texts of path and query become what the schema says that they are. Throws a
 * Fault TL_ARGUMENT_INVALID, with its `problems`, for what does not fit.
 */
export type InputReader = (raw: RawInput) => JsonObject;

export function createInputReader(endpoint: Endpoint, { inputs }: EndpointSchemas): InputReader {
  const schema = inputs.get(inputName(endpoint)) ?? nothing;
  const members = (schema['properties'] ?? {}) as Readonly<Record<string, JsonObject>>;
  const refs = [...inputs.values()].filter((each) => each !== schema);
  const check = compileSchema(schema, { name: endpoint.id, refs, isOurs: true });
  const parts = (inputs.get('parts')?.['$defs'] ?? {}) as Readonly<Record<string, JsonObject>>;
  const typed = (texts: JsonObject) => fromTexts(texts, (name) => resolve(members[name], parts));
  const inPath = pathMembers(endpoint);
  return ({ path, query, body }) => {
    const fromQuery = typed(query);
    const misplaced = inPath.find((name) => Object.hasOwn(fromQuery, name));
    if (misplaced !== undefined)
      throw refuse([{ path: misplaced, message: 'stands in the path, and in the query once more' }]);
    if (restOf(endpoint) === 'query') return checked(check, { ...fromQuery, ...typed(path) });
    const [stray] = Object.keys(query);
    if (stray !== undefined)
      throw refuse([{ path: stray, message: 'belongs into the body, not into the query' }]);
    return checked(check, { ...toObject(body, inPath), ...typed(path) });
  };
}

const nothing: JsonObject = { type: 'object', additionalProperties: false, properties: {} };

function resolve(node: JsonObject | undefined, parts: Readonly<Record<string, JsonObject>>): JsonObject {
  const name = /^parts\.schema\.json#\/\$defs\/(\w+)$/.exec(String(node?.['$ref']))?.[1];
  return name === undefined ? (node ?? {}) : (parts[name] ?? {});
}

function fromTexts(texts: JsonObject, schemaOf: (name: string) => JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(texts).map(([name, value]) => {
      const schema = schemaOf(name);
      if (schema['type'] !== 'array')
        return [name, Array.isArray(value) ? value : fromText(value, schema['type'])];
      const { type } = (schema['items'] ?? {}) as JsonObject;
      // The type of items behind a reference is that of ids; a text that is none stays one, and is refused as such.
      return [
        name,
        (Array.isArray(value) ? value : [value]).map((each) => fromText(each, type ?? 'integer')),
      ];
    }),
  );
}

/** What is not the text of such a value stays as it is: the check says what is wrong with it. */
function fromText(text: unknown, type: unknown): unknown {
  if (typeof text !== 'string') return text;
  if ((type === 'integer' || type === 'number') && /^-?\d{1,15}(\.\d{1,15})?$/.test(text))
    return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

function toObject(body: unknown, inPath: readonly string[]): JsonObject {
  if (body === undefined || body === null) return {};
  if (typeof body !== 'object' || Array.isArray(body))
    throw refuse([
      {
        path: '',
        message: `the body must be a JSON object, it is ${Array.isArray(body) ? 'a list' : `a ${typeof body}`}`,
      },
    ]);
  const twice = inPath.find((name) => Object.hasOwn(body, name));
  if (twice !== undefined)
    throw refuse([{ path: twice, message: 'stands in the path, and in the body once more' }]);
  return body as JsonObject;
}

function checked(check: Check, input: JsonObject): JsonObject {
  const problems = check(input);
  if (problems.length > 0) throw refuse(problems.map(({ path, message }) => ({ path, message })));
  if (JSON.stringify(input).includes(String.raw`\u0000`))
    throw refuse([{ path: '', message: 'has a NUL character in it, which no database keeps' }]);
  return input;
}

function refuse(problems: readonly { readonly path: string; readonly message: string }[]): Fault {
  const said = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return new Fault('TL_ARGUMENT_INVALID', said.slice(0, 10).join('; '), { problems });
}
