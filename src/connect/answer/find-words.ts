import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { plainName } from './find-sign.ts';

export interface Words {
  readonly message: string | undefined;
  readonly code: string | undefined;
}

/** Where systems put their own words, most telling first; names as `plainName` gives them. */
const speaking = [
  'message',
  'errordescription',
  'errormessage',
  'usermessage',
  'errmsg',
  'msg',
  'detail',
  'description',
  'errortext',
  'text',
  'reason',
  'faultstring',
  'error',
  'errordetail',
  'title',
  'summary',
  'statustext',
];

/** Members that hold what was wrong in detail. */
const detailNames: ReadonlySet<string> = new Set([
  'error',
  'errors',
  'errordetails',
  'details',
  'fault',
  'exception',
  'messages',
  'usererrors',
  'violations',
  'validationerrors',
  'fielderrors',
  'innererror',
]);

const naming = ['field', 'property', 'param', 'parameter', 'path', 'pointer', 'target'];
const coding = ['code', 'errorcode', 'errcode', 'faultcode', 'errornumber'];
const maxDepth = 6;
const maxTexts = 5;

/** The system's own words and code, wherever in an answer they usually stand. Neither cut to size nor freed of secrets. */
export function findWords(body: unknown): Words {
  const texts = [...new Set(textsOf(body, 0))].slice(0, maxTexts);
  return { message: texts.length === 0 ? undefined : texts.join('; '), code: findCode(body, 0) };
}

function textsOf(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value.trim()];
  if (depth > maxDepth || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.slice(0, maxTexts).flatMap((each) => textsOf(each, depth + 1));
  const object = value as JsonObject;
  const own = ownWords(object);
  const inside = Object.entries(object)
    // Beside words, one without blanks is a code: `{ error: "invalid_grant", error_description: … }`.
    .filter(([name, each]) => detailNames.has(plainName(name)) && (own === undefined || !isCodeLike(each)))
    .flatMap(([, each]) => heldTexts(each, depth + 1));
  const found = [...(own === undefined ? [] : [withField(object, own)]), ...inside];
  if (found.length > 0) return found;
  // Nothing at this level: the words stand deeper, as in SOAP turned into JSON.
  return Object.values(object).flatMap((each) =>
    typeof each === 'object' ? wordsBelow(each, depth + 1) : [],
  );
}

function isCodeLike(value: unknown): boolean {
  return typeof value === 'string' && /^[\w.-]{1,60}$/.test(value);
}

function wordsBelow(value: unknown, depth: number): readonly string[] {
  if (depth > maxDepth) return [];
  if (Array.isArray(value)) return value.slice(0, maxTexts).flatMap((each) => wordsBelow(each, depth + 1));
  return isJsonObject(value) ? textsOf(value, depth) : [];
}

/** `errors: { "name": ["is too long"] }` says of which field, as its names do. */
function heldTexts(value: unknown, depth: number): readonly string[] {
  if (!isJsonObject(value) || ownWords(value) !== undefined) return textsOf(value, depth);
  const entries = Object.entries(value);
  const isByField = entries.every(
    ([, each]) =>
      typeof each === 'string' || (Array.isArray(each) && each.every((one) => typeof one === 'string')),
  );
  if (!isByField || entries.some(([name]) => coding.includes(plainName(name)))) return textsOf(value, depth);
  return entries.flatMap(([name, each]) => textsOf(each, depth + 1).map((text) => `${name}: ${text}`));
}

function ownWords(object: JsonObject): string | undefined {
  return firstText(object, speaking);
}

function withField(object: JsonObject, words: string): string {
  const field = firstText(object, naming);
  return field === undefined || words.includes(field) ? words : `${field}: ${words}`;
}

function firstText(object: JsonObject, names: readonly string[]): string | undefined {
  const byName = new Map(Object.entries(object).map(([name, value]) => [plainName(name), value]));
  for (const name of names) {
    const value = byName.get(name);
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
  }
  return undefined;
}

function findCode(value: unknown, depth: number): string | undefined {
  if (depth > maxDepth || typeof value !== 'object' || value === null) return undefined;
  const inside = Array.isArray(value)
    ? value.slice(0, 1)
    : Object.entries(value)
        .filter(([name]) => detailNames.has(plainName(name)))
        .map(([, each]) => each);
  for (const each of inside) {
    const code = findCode(each, depth + 1);
    if (code !== undefined) return code;
  }
  if (Array.isArray(value)) return undefined;
  const byName = new Map(Object.entries(value).map(([name, each]) => [plainName(name), each]));
  for (const name of coding) {
    const code: unknown = byName.get(name);
    if ((typeof code === 'string' && code.trim() !== '') || typeof code === 'number') return String(code);
  }
  // RFC 6749: `error` is the code where `error_description` says it in words.
  const error: unknown = byName.get('error');
  return isCodeLike(error) ? String(error) : undefined;
}
