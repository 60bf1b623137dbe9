import {
  type ConnectionLimits,
  type ConnectionSettings,
  type ConnectorTools,
  defaultSettleMs,
} from '../contract/connector.ts';
import type { Fault } from '../contract/fault.ts';
import type { Manifest } from '../contract/generated/connector.ts';
import { manifestDefaults } from '../contract/generated/defaults.ts';
import { isJsonObject } from '../contract/json.ts';
import { parseDuration, parseSize } from '../contract/quantity.ts';
import { isCharset } from '../contract/text/charset.ts';
import { startOf } from '../contract/text/cut-text.ts';
import { addSecrets, toSecrets } from './answer/secrets.ts';
import type { AccessProof } from './auth/access.ts';
import { type AuthSettings, parseAuthSettings } from './auth/parse-auth-settings.ts';
import { compileAnswers, declaredAnswers, layOverAnswers } from './compile-answers.ts';
import { compileText, compileTexts, type TemplateScope, type Text } from './compile-text.ts';
import { compileTimeouts } from './compile-timeouts.ts';
import {
  type Declaration,
  invalid,
  member,
  members,
  numberOf,
  pathText,
  required,
  textOf,
} from './declaration.ts';
import { createHttpClient, type HttpClientOptions } from './http/create-http-client.ts';
import { createPageLengths } from './paging/page-lengths.ts';
import { createReach, type NetworkReach } from './reach/reach.ts';
import { toHeaders } from './resource/compile-request.ts';
import type { Session } from './session.ts';
import { wrongSetting } from './wrong-setting.ts';

export type HttpTuning = Pick<HttpClientOptions, 'adapter' | 'retry' | 'lookup'>;

/** Opens a session for one connection; rejects with TL_CONNECTION_CONFIG where its configuration does not do. */
export type StartSession = (connection: ConnectionSettings, tools: ConnectorTools) => Promise<Session>;

/** What a manifest says about the connection as a whole: base URL, headers, auth, limits, responses. */
export function compileSession(manifest: Declaration<Manifest>, tuning: HttpTuning): StartSession {
  const part = <Name extends keyof Manifest>(name: Name) => member(manifest, name);
  const parts: SessionParts = {
    baseUrl: compileText(required(manifest, 'baseUrl')),
    headers: compileHeaders(part('headers')),
    auth: compileAuth(part('auth')),
    timeouts: compileTimeouts(part('timeout')),
    settle: compileSettle(part('settle')),
    charset: compileCharset(part('charset')),
    maxResponse: compileQuantity(part('maxResponse'), manifestDefaults.maxResponse, parseSize),
    answers: compileAnswers(manifest),
    limits: compileLimits(part('limits')),
    tuning,
  };
  return (connection, tools) => startSession(parts, connection, tools);
}

interface SessionParts {
  readonly baseUrl: Text;
  readonly headers: (scope: TemplateScope) => Promise<Readonly<Record<string, string>>>;
  readonly auth: (scope: TemplateScope) => Promise<unknown>;
  readonly timeouts: ReturnType<typeof compileTimeouts>;
  readonly settle: (scope: TemplateScope) => Promise<number | undefined>;
  readonly charset: (scope: TemplateScope) => Promise<string>;
  readonly maxResponse: (scope: TemplateScope) => Promise<number>;
  readonly answers: ReturnType<typeof compileAnswers>;
  readonly limits: ConnectionLimits;
  readonly tuning: HttpTuning;
}

async function startSession(
  parts: SessionParts,
  connection: ConnectionSettings,
  tools: ConnectorTools,
): Promise<Session> {
  const { baseUrl, timeouts, settle, charset, maxResponse, answers, limits, tuning } = parts;
  const { name, network } = connection;
  const known = { config: connection.config };
  const scope = { config: known.config };
  const access = await accessOf(parts, connection);
  const secrets = toSecrets(access);
  const dialect = {
    ...{ connection: name, secrets },
    ...layOverAnswers(answers, compileAnswers(declaredAnswers(connection))),
  };
  const url = parseBaseUrl(await baseUrl.evaluate(scope), baseUrl.declared, name);
  const place = { ...url, reach: openReach(url.baseUrl, access.auth, connection) };
  const timeoutsMs = await timeouts(scope);
  const client = createHttpClient({
    ...{ ...tuning, ...place, dialect, tools, access, timeoutsMs },
    limits: laidOver(limits, connection.limits),
    maxResponseBytes: await maxResponse(scope),
    charset: await charset(scope),
    ...(network && { network }),
    renewAccess: async () => {
      const next = await connection.renew?.();
      if (next === undefined) return undefined;
      const renewed = await accessOf(parts, { name, config: next.config });
      known.config = next.config;
      addSecrets(secrets, renewed);
      return renewed;
    },
  });
  const settleMs = (await settle(scope)) ?? Math.max(defaultSettleMs, 2 * timeoutsMs.create);
  const pages = tools.pages ?? createPageLengths();
  return {
    ...{ dialect, ...place, headers: access.headers, client, settleMs, pages },
    get config() {
      return known.config;
    },
  };
}

async function accessOf(
  { auth, headers }: SessionParts,
  { name, config }: Pick<ConnectionSettings, 'name' | 'config'>,
): Promise<AccessProof> {
  return {
    auth: parseAuthSettings(await auth({ config }), name),
    headers: { ...ownHeaders, ...(await headers({ config })) },
  };
}

/** What the operator has written is the base URL, the one for tokens, and `network.allow`. */
function openReach(baseUrl: string, auth: AuthSettings, { network }: ConnectionSettings): NetworkReach {
  const own = [baseUrl, ...(auth.type === 'oauth2' ? [auth.tokenUrl] : [])];
  return createReach({ own, allow: network?.allow });
}

const ownHeaders = { accept: 'application/json', 'user-agent': 'tradelane' } as const;

function parseBaseUrl(value: unknown, declared: Declaration, connection: string) {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) {
    const text = `${url.origin}${url.pathname}`;
    return { baseUrl: text.endsWith('/') ? text.slice(0, -1) : text, origin: url.origin };
  }
  throw wrong(declared, `${connection}: the base URL must be an absolute http or https URL`);
}

/** An object of templates, or one template that gives such an object (`"{{config.headers}}"`). */
function compileHeaders(
  declared: Declaration | undefined,
): (scope: TemplateScope) => Promise<Readonly<Record<string, string>>> {
  if (declared === undefined || typeof declared.value !== 'string') {
    const texts = compileTexts(declared);
    return async (scope) => toHeaders(await texts.evaluate(scope));
  }
  const whole = compileText(declared);
  return async (scope) => {
    const value = await whole.evaluate(scope);
    return isJsonObject(value) ? toHeaders(value) : {};
  };
}

/** Templates; or a text, which is the path of the settings in the configuration: what stands there is no template. */
function compileAuth(declared: Declaration | undefined): (scope: TemplateScope) => Promise<unknown> {
  if (declared === undefined) return async () => undefined;
  if (typeof declared.value === 'string') {
    const path = textOf(declared).split('.');
    return async (scope) =>
      path.reduce<unknown>((value, name) => (isJsonObject(value) ? value[name] : undefined), scope);
  }
  const texts = members(declared).filter(([name]) => name !== 'params');
  const settings = texts.map(([name, each]) => [name, compileText(each)] as const);
  const params = compileTexts(member(declared, 'params'));
  return async (scope) => {
    const values = await Promise.all(
      settings.map(async ([name, text]) => [name, await text.evaluate(scope)] as const),
    );
    return { ...Object.fromEntries(values), params: await params.evaluate(scope) };
  };
}

function compileCharset(declared: Declaration | undefined): (scope: TemplateScope) => Promise<string> {
  const text = declared && compileText(declared);
  // One that is no template is reported without a connection.
  if (declared && text && !text.source.includes('{{') && !isCharset(text.source))
    throw invalid(declared, `must be a charset such as windows-1252, got "${startOf(text.source, 40)}"`);
  return async (scope) => {
    const value = (await text?.evaluate(scope)) ?? manifestDefaults.charset;
    if (typeof value === 'string' && isCharset(value)) return value;
    throw wrong(declared, `must be a charset such as windows-1252, got "${startOf(String(value), 40)}"`);
  };
}

function compileQuantity(
  declared: Declaration | undefined,
  fallback: string,
  parse: (text: string) => number | undefined,
): (scope: TemplateScope) => Promise<number> {
  const text = declared && compileText(declared);
  return async (scope) => {
    const value = (await text?.evaluate(scope)) ?? fallback;
    const parsed = typeof value === 'string' ? parse(value) : undefined;
    if (parsed === undefined || parsed <= 0) {
      throw wrong(declared, `must be a quantity such as ${fallback}, got "${String(value).slice(0, 40)}"`);
    }
    return parsed;
  };
}

/** A system that carries out a create before it lets go of the connection may say `0s`. */
function compileSettle(
  declared: Declaration | undefined,
): (scope: TemplateScope) => Promise<number | undefined> {
  const text = declared && compileText(declared);
  return async (scope) => {
    const value = await text?.evaluate(scope);
    if (value === undefined || value === null) return undefined;
    const ms = typeof value === 'string' ? parseDuration(value) : undefined;
    if (ms !== undefined) return ms;
    throw wrong(declared, `must be a duration such as 5m, got "${String(value).slice(0, 40)}"`);
  };
}

function laidOver(own: ConnectionLimits, over: ConnectionLimits): ConnectionLimits {
  const requestsPerSecond = over.requestsPerSecond ?? own.requestsPerSecond;
  const concurrency = over.concurrency ?? own.concurrency;
  return {
    ...(requestsPerSecond !== undefined && { requestsPerSecond }),
    ...(concurrency !== undefined && { concurrency }),
  };
}

function compileLimits(declared: Declaration<NonNullable<Manifest['limits']>> | undefined): ConnectionLimits {
  const perSecond = member(declared, 'requestsPerSecond');
  const concurrency = member(declared, 'concurrency');
  return {
    ...(perSecond && { requestsPerSecond: numberOf(perSecond) }),
    ...(concurrency && { concurrency: numberOf(concurrency) }),
  };
}

function wrong(declared: Declaration | undefined, problem: string): Fault {
  return wrongSetting(declared, declared === undefined ? problem : `${pathText(declared)}: ${problem}`);
}
