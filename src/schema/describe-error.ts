import type { ErrorObject } from 'ajv';
import { distance } from 'fastest-levenshtein';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { startOf } from '../contract/text/cut-text.ts';
import { maskText } from './mask-text.ts';
import { type PrivacyLevel, privacyOf } from './privacy-of.ts';

/** One error of ajv in plain words: what was `expected`, as `describeExpectation` says it, and what came. */
export function describeError(error: ErrorObject, schema: JsonObject, expected: string): string {
  const lead = leads[error.keyword];
  const privacy = lead === undefined ? 'secret' : privacyOf(error, schema);
  const value = privacy === 'secret' ? undefined : shownValue(error, privacy);
  return value === undefined ? expected : `${expected}${lead}${value}`;
}

/** What was expected; of what came, its type and size at most. */
export function describeExpectation(error: ErrorObject): string {
  const describe = words[error.keyword];
  return describe?.(error, error.params as Params) ?? `does not fit: ${error.message ?? error.keyword}`;
}

type Params = Readonly<Record<string, unknown>>;

/** How the value that did not fit is led over to, by keyword; with others it says nothing, or is too large to show. */
const leads: Readonly<Record<string, string | undefined>> = {
  ...Object.fromEntries(
    ['enum', 'const', 'format', 'pattern', 'minLength', 'not'].map((each) => [each, ', got ']),
  ),
  ...Object.fromEntries(
    ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'].map((each) => [
      each,
      ', got ',
    ]),
  ),
  ...Object.fromEntries(['type', 'anyOf', 'oneOf', 'maxLength'].map((each) => [each, ': '])),
};

const words: Readonly<Record<string, (error: ErrorObject, params: Params) => string>> = {
  type: (error, params) => `must be ${typesOf(params['type'])}, got ${typeOf(error.data)}`,
  required: () => 'is missing',
  dependentRequired: (_, params) => `is missing, but \`${params['property']}\` asks for it`,
  additionalProperties: (error, params) => unknownMember(error, String(params['additionalProperty'])),
  unevaluatedProperties: (error, params) => unknownMember(error, String(params['unevaluatedProperty'])),
  propertyNames: () => 'has a member with a name that is not allowed',
  enum: (error) => `must be ${titleOf(error) ?? oneOf(error.schema as readonly unknown[])}`,
  const: (_, params) => `must be ${JSON.stringify(params['allowedValue'])}`,
  format: (error, params) =>
    `must be ${titleOf(error) ?? formats[String(params['format'])] ?? `of the format ${params['format']}`}`,
  pattern: (error, params) => `must be ${titleOf(error) ?? `text that matches ${params['pattern']}`}`,
  minLength: (_, params) =>
    params['limit'] === 1 ? 'must not be empty' : `must have at least ${params['limit']} characters`,
  maxLength: (error, params) =>
    `must have at most ${params['limit']} characters, has ${lengthOf(error.data)}`,
  minItems: (error, params) =>
    `must have at least ${count(params['limit'], 'item')}, has ${lengthOf(error.data)}`,
  maxItems: (error, params) =>
    `must have at most ${count(params['limit'], 'item')}, has ${lengthOf(error.data)}`,
  uniqueItems: (_, params) =>
    `must not hold the same item twice: ${params['j']} and ${params['i']} are equal`,
  contains: () => 'must hold an item that it does not hold',
  minProperties: (_, params) => `must have at least ${count(params['limit'], 'member')}`,
  maxProperties: (_, params) => `must have at most ${count(params['limit'], 'member')}`,
  minimum: (_, params) => `must be at least ${params['limit']}`,
  maximum: (_, params) => `must be at most ${params['limit']}`,
  exclusiveMinimum: (_, params) => `must be more than ${params['limit']}`,
  exclusiveMaximum: (_, params) => `must be less than ${params['limit']}`,
  multipleOf: (_, params) => `must be a multiple of ${params['multipleOf']}`,
  anyOf: (error) => noForm(error),
  oneOf: (error, params) =>
    params['passingSchemas'] ? 'fits several forms where only one is allowed' : noForm(error),
  not: (error) => {
    const title = titleOf(error);
    return title === undefined ? 'has a form that is not allowed here' : `must be ${title}`;
  },
  'false schema': () => 'is not allowed here',
};

const formats: Readonly<Record<string, string>> = {
  'date-time': 'a date and time with a zone (RFC 3339), such as "2026-03-01T12:00:00Z"',
  date: 'a date such as "2026-03-01"',
  time: 'a time with a zone, such as "12:00:00Z"',
  email: 'an e-mail address',
  uri: 'an absolute URI',
  uuid: 'a UUID',
  charset: 'a charset such as windows-1252 (WHATWG Encoding Standard)',
};

const maxListed = 12;
const maxShown = 40;

/** A node that calls itself something ("ISO 4217 currency code") is named by that. */
function titleOf(error: ErrorObject): string | undefined {
  const title = isJsonObject(error.parentSchema) ? error.parentSchema['title'] : undefined;
  if (typeof title !== 'string') return undefined;
  return /^(?:an?|the|one|whole) /i.test(title) ? title : `${article(title)} ${title}`;
}

function article(word: string): string {
  return /^[aeiouAEIOU]/.test(word) ? 'an' : 'a';
}

function oneOf(values: readonly unknown[]): string {
  const listed = values.slice(0, maxListed).map((value) => JSON.stringify(value));
  if (values.length > maxListed) return `one of ${values.length} values (${listed.join(', ')}, …)`;
  return listed.length === 1 ? String(listed[0]) : `one of ${listed.join(', ')}`;
}

/** `"Eur"; did you mean "EUR"?`; `undefined` for what has no short form. */
function shownValue({ data, keyword, schema }: ErrorObject, privacy: PrivacyLevel): string | undefined {
  const isNamed = keyword !== 'type' && keyword !== 'anyOf' && keyword !== 'oneOf';
  if (typeof data === 'number' || typeof data === 'boolean')
    return privacy === 'open' ? String(data) : `${maskText(String(data))} (masked)`;
  if (typeof data !== 'string') return isNamed ? typeOf(data) : undefined;
  if (data === '' && keyword === 'minLength') return undefined;
  const short = data.length > maxShown ? `${startOf(data, maxShown)}…` : data;
  if (privacy !== 'open') return `${JSON.stringify(maskText(short))} (masked)`;
  const close = keyword === 'enum' ? closestTo(data, (schema as readonly unknown[]).map(String)) : undefined;
  return `${JSON.stringify(short)}${close === undefined ? '' : `; did you mean ${JSON.stringify(close)}?`}`;
}

function unknownMember(error: ErrorObject, name: string): string {
  const properties = isJsonObject(error.parentSchema) ? error.parentSchema['properties'] : undefined;
  const close = closestTo(name, isJsonObject(properties) ? Object.keys(properties) : []);
  return `is not a known member${close === undefined ? '' : `; did you mean \`${close}\`?`}`;
}

function closestTo(word: string, candidates: readonly string[]): string | undefined {
  const within = word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 3));
  return candidates
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ far }) => far <= within)
    .sort((a, b) => a.far - b.far)[0]?.candidate;
}

/** `{ required: [name] }` and nothing more. */
function onlyRequired(form: unknown): unknown {
  if (!isJsonObject(form) || Object.keys(form).length !== 1 || !Array.isArray(form['required']))
    return undefined;
  return form['required'].length === 1 ? form['required'][0] : undefined;
}

/** Of forms that differ by one member or by their type, that is what there is to say. */
function noForm(error: ErrorObject): string {
  const required = (error.schema as readonly unknown[]).map(onlyRequired);
  if (required.every((name) => name !== undefined))
    return `must have ${required.map((name) => `\`${name}\``).join(' or ')}`;
  const types = (error.schema as readonly unknown[]).map((form) =>
    isJsonObject(form) ? form['type'] : undefined,
  );
  if (!types.every((type) => typeof type === 'string'))
    return `fits none of the allowed forms, got ${typeOf(error.data)}`;
  return `must be ${typesOf([...new Set(types)])}, got ${typeOf(error.data)}`;
}

function typesOf(types: unknown): string {
  const names = (Array.isArray(types) ? types : String(types).split(',')).map((type) =>
    withArticle(String(type)),
  );
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

function typeOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return withArticle(Array.isArray(value) ? 'array' : typeof value);
}

function withArticle(type: string): string {
  return type === 'null' ? type : type === 'integer' ? 'a whole number' : `${article(type)} ${type}`;
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? [...value].length : Array.isArray(value) ? value.length : 0;
}

function count(limit: unknown, noun: string): string {
  return `${limit} ${noun}${limit === 1 ? '' : 's'}`;
}
