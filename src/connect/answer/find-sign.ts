import { isJsonObject, type JsonObject } from '../../contract/json.ts';
import { cutText } from '../../contract/text/cut-text.ts';
import { toLine } from './plain-words.ts';

/** What an operation knows of the answers that it may get. */
export interface Envelope {
  /** Does the manifest say itself what this member of the answer means, or has it only come back as it was sent? */
  speaksOf(name: string, value: unknown): boolean;
  /** Is the answer the record itself? Then its members are the record's: an order may have `errors` of its own. */
  isRecord(answer: JsonObject): boolean | Promise<boolean>;
}

/** In words what says that it failed, and the object that says it. */
export interface Sign {
  readonly says: string;
  readonly answer: JsonObject;
}

type SpeaksOf = Envelope['speaksOf'];

/**
 * What of an answer in the 2xx says that it failed all the same: `success is false`, `errors has 2`. Only the envelope
 * is looked at: the answer itself, the only element of a list, and what stands right below names such as `data` if
 * there is nothing of a record in it.
 */
export function findSign(body: unknown, speaksOf: SpeaksOf): Sign | undefined {
  const answer = Array.isArray(body) && body.length === 1 ? (body[0] as unknown) : body;
  if (!isJsonObject(answer)) return undefined;
  const says = signOf(answer, speaksOf) ?? signBelow(answer, speaksOf);
  return says === undefined ? undefined : { says, answer };
}

function signOf(answer: JsonObject, speaksOf: SpeaksOf): string | undefined {
  for (const name of Object.keys(answer)) {
    const value = answer[name];
    const says = signs.get(plainName(name))?.(value, answer, speaksOf);
    if (says !== undefined && !speaksOf(name, value)) return `\`${cutText(toLine(name), 40)}\` ${says}`;
  }
  return undefined;
}

const wrappers: ReadonlySet<string> = new Set(['data', 'result', 'response', 'payload', 'body', 'd']);

function signBelow(answer: JsonObject, speaksOf: SpeaksOf): string | undefined {
  for (const name of Object.keys(answer)) {
    const value = answer[name];
    if (!isJsonObject(value) || !wrappers.has(plainName(name))) continue;
    const says = (isEnvelope(value) ? signOf(value, speaksOf) : undefined) ?? userErrors(value, speaksOf);
    if (says !== undefined) return `${says} in \`${name}\``;
  }
  return undefined;
}

/** GraphQL by convention: what was wrong with the input stands below the field that was asked for. */
function userErrors(data: JsonObject, speaksOf: SpeaksOf): string | undefined {
  for (const result of Object.values(data)) {
    if (!isJsonObject(result)) continue;
    for (const [name, value] of Object.entries(result)) {
      if (!/userErrors$/i.test(name) || speaksOf(name, value)) continue;
      if (Array.isArray(value) && value.length > 0)
        return `\`${cutText(toLine(name), 40)}\` has ${value.length}`;
    }
  }
  return undefined;
}

/** What a value at such a name says, `undefined` if it is harmless. */
type Judge = (value: unknown, answer: JsonObject, speaksOf: SpeaksOf) => string | undefined;

const isFalse: Judge = (value) =>
  value === false || value === 0 || (typeof value === 'string' && /^(false|0|no)$/i.test(value.trim()))
    ? 'is false'
    : undefined;

const isFilled = (value: unknown): string | undefined => {
  if (Array.isArray(value)) return value.length === 0 ? undefined : `has ${value.length}`;
  if (isJsonObject(value)) return isNoError(value) ? undefined : 'is not empty';
  if (typeof value === 'string')
    return /^(|0|false|no|none|null|ok)$/i.test(value.trim()) ? undefined : 'is not empty';
  return value === true || (typeof value === 'number' && value !== 0) ? `is ${value}` : undefined;
};

/** `{}`, and `{ code: 0, message: "" }` of systems that always have the member. */
function isNoError(error: JsonObject): boolean {
  const code = error['code'] ?? error['errcode'] ?? error['errorCode'];
  if (code === 0 || (typeof code === 'string' && /^(0|ok|none|)$/i.test(code.trim()))) return true;
  return Object.values(error).every((each) =>
    isJsonObject(each) ? Object.keys(each).length === 0 : isFilled(each) === undefined,
  );
}

/** A record may be `failed` as well, such as a payment: it counts where nothing but an envelope stands around it. */
const isFailed: Judge = (value, answer, speaksOf) =>
  typeof value === 'string' &&
  /^(error|failed|failure|fail|fault)$/i.test(value.trim()) &&
  isBare(answer, speaksOf)
    ? `is "${value.trim()}"`
    : undefined;

const isRefusal: Judge = (value, answer, speaksOf) =>
  (typeof value === 'number' || typeof value === 'string') &&
  /^[45]\d\d$/.test(String(value).trim()) &&
  isBare(answer, speaksOf)
    ? `is ${String(value).trim()}`
    : undefined;

const isEither: Judge = (value, answer, speaksOf) =>
  isFailed(value, answer, speaksOf) ?? isRefusal(value, answer, speaksOf);

const signs: ReadonlyMap<string, Judge> = new Map([
  ...['success', 'successful', 'succeeded', 'issuccess', 'issuccessful', 'ok'].map(
    (name) => [name, isFalse] as const,
  ),
  ...['error', 'errors', 'fault', 'exception'].map((name) => [name, isFilled] as const),
  ...['state', 'outcome', 'result'].map((name) => [name, isFailed] as const),
  ...['code', 'statuscode'].map((name) => [name, isRefusal] as const),
  ['status', isEither],
]);

/** No record is in it: nothing but an envelope, or the list that the manifest looks for is there and empty. */
function isBare(answer: JsonObject, speaksOf: SpeaksOf): boolean {
  const isEmptyList = ([name, value]: [string, unknown]) =>
    Array.isArray(value) && value.length === 0 && speaksOf(name, value);
  return isEnvelope(answer) || Object.entries(answer).some(isEmptyList);
}

/** Is there nothing in it but what answers are wrapped in? */
export function isEnvelope(answer: JsonObject): boolean {
  return Object.keys(answer).every(isEnvelopeWord);
}

/** A name that says nothing of what an answer is about. */
export function isEnvelopeWord(name: string): boolean {
  return envelopeWords.has(plainName(name));
}

const envelopeWords: ReadonlySet<string> = new Set(
  `body cause code correlationid data description detail details documentationurl errcode errmsg error errorcode
  errordescription errordetails errormessage errors erroruri exception extensions failed fault help helpurl id info
  instance issuccess issuccessful jsonrpc message messages meta metadata moreinfo msg ok outcome path payload reason
  requestid response result results retryable severity stacktrace state status statuscode statustext success
  successful succeeded time timestamp title trace traceid transactionid type version warning warnings`.split(
    /\s+/,
  ),
);

/** `error_code`, `ErrorCode` and `o:errorCode` are one word. */
export function plainName(name: string): string {
  const known = plainNames.get(name);
  if (known !== undefined) return known;
  const plain = name
    .toLowerCase()
    .replace(/^.*:/, '')
    .replace(/[^a-z\d]/g, '');
  if (plainNames.size < mostNames && name.length < longestName) plainNames.set(name, plain);
  return plain;
}

/** Systems answer each record with the same few names. */
const plainNames = new Map<string, string>();
const mostNames = 1_000;
const longestName = 100;
