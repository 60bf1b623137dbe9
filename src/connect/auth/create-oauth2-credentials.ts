import type { Clock } from '../../contract/connector.ts';
import { Fault } from '../../contract/fault.ts';
import { describeInstead } from '../answer/describe-answer.ts';
import { findWords } from '../answer/find-words.ts';
import { toLine } from '../answer/plain-words.ts';
import { type Authorization, type Credentials, toBasic, toHeaderAuthorization } from './credentials.ts';
import type { OAuth2Settings } from './parse-auth-settings.ts';

export interface TokenTools {
  readonly clock: Clock;
  /** Posts a form to the token endpoint and gives the JSON it answers; throws the Fault it answers with. */
  postForm(request: TokenRequest): Promise<unknown>;
}

export interface TokenRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
  /** A lost answer must not be asked for again: the refresh token in it replaced the one at hand. */
  readonly repeatable: boolean;
}

interface Token {
  readonly authorization: Authorization;
  /** Milliseconds since 1970; not used any more from then on. */
  readonly staleAt: number;
}

/**
 * OAuth 2.0 tokens (RFC 6749 sections 4.3, 4.4, 6). However many requests need one, one is fetched. A refresh token
 * that the system rotates is kept for the next time; it lives as long as the connection is open.
 */
export function createOAuth2Credentials(settings: OAuth2Settings, tools: TokenTools): Credentials {
  let token: Token | undefined;
  let fetching: Promise<Authorization> | undefined;
  let refreshToken = settings.refreshToken;

  const fetchToken = async (): Promise<Authorization> => {
    const body = parseTokenBody(await requestToken(settings, refreshToken, tools), settings);
    if (settings.grant !== 'clientCredentials') refreshToken = body.refreshToken ?? refreshToken;
    const authorization = toHeaderAuthorization('authorization', `Bearer ${body.accessToken}`);
    token = { authorization, staleAt: tools.clock.now() + usableMs(body.expiresInMs) };
    return authorization;
  };

  return {
    current() {
      if (token !== undefined && tools.clock.now() < token.staleAt) return token.authorization;
      fetching ??= fetchToken().finally(() => {
        fetching = undefined;
      });
      return fetching;
    },
    renew(refused) {
      if (token?.authorization === refused) token = undefined;
    },
  };
}

/** A request on its way must not arrive with an expired token: a minute's margin, a tenth for short-lived ones. */
function usableMs(expiresInMs: number | undefined): number {
  if (expiresInMs === undefined) return Number.POSITIVE_INFINITY;
  return expiresInMs - Math.min(60_000, expiresInMs / 10);
}

async function requestToken(
  settings: OAuth2Settings,
  refreshToken: string | undefined,
  tools: TokenTools,
): Promise<unknown> {
  if (settings.grant !== 'password' || refreshToken === undefined) {
    return tools.postForm(toTokenRequest(settings, refreshToken));
  }
  try {
    return await tools.postForm(toTokenRequest({ ...settings, grant: 'refreshToken' }, refreshToken));
  } catch (thrown) {
    // The refresh token has run out; the password still opens the door.
    if (!(thrown instanceof Fault) || thrown.code !== 'TL_AUTH_REFUSED') throw thrown;
    return tools.postForm(toTokenRequest(settings, undefined));
  }
}

const grantTypes = {
  clientCredentials: 'client_credentials',
  password: 'password',
  refreshToken: 'refresh_token',
} as const;

function toTokenRequest(settings: OAuth2Settings, refreshToken: string | undefined): TokenRequest {
  const { grant, clientId, clientSecret, clientAuth, scope } = settings;
  const inBody = clientAuth === 'body';
  const form: Record<string, string | undefined> = {
    grant_type: grantTypes[grant],
    client_id: inBody ? clientId : undefined,
    client_secret: inBody ? clientSecret : undefined,
    scope,
    username: grant === 'password' ? settings.username : undefined,
    password: grant === 'password' ? (settings.password ?? '') : undefined,
    refresh_token: grant === 'refreshToken' ? refreshToken : undefined,
    ...settings.params,
  };
  const basic = toBasic(formEncode(clientId), formEncode(clientSecret ?? ''));
  return {
    url: settings.tokenUrl,
    headers: inBody ? {} : { authorization: basic },
    form: Object.fromEntries(
      Object.entries(form).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    ),
    repeatable: grant !== 'refreshToken',
  };
}

/** RFC 6749 section 2.3.1: id and secret are form-encoded before they become basic credentials. */
function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}

interface TokenBody {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  readonly expiresInMs: number | undefined;
}

function parseTokenBody(body: unknown, settings: OAuth2Settings): TokenBody {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const accessToken = fields['access_token'];
  if (typeof accessToken !== 'string' || accessToken === '') throw withoutToken(body, settings);
  const refreshToken = fields['refresh_token'];
  // Some systems send the seconds as a text.
  const seconds = Number(fields['expires_in'] ?? Number.NaN);
  return {
    accessToken,
    refreshToken: typeof refreshToken === 'string' && refreshToken !== '' ? refreshToken : undefined,
    expiresInMs: seconds > 0 ? seconds * 1_000 : undefined,
  };
}

/** Some endpoints refuse with 200: then there are words of theirs. Of anything else only names and kinds are reported. */
function withoutToken(body: unknown, { grant, tokenUrl }: OAuth2Settings): Fault {
  const host = URL.parse(tokenUrl)?.host ?? 'the token endpoint';
  const { message, code } = findWords(body);
  const answered = `${host} answered without an access_token (grant ${grant})`;
  if (message === undefined && code === undefined)
    return new Fault(
      'TL_SYSTEM_BAD_RESPONSE',
      `${answered}: ${describeInstead(body, ['access_token'], undefined)}`,
    );
  const words = toLine([code, message].filter((each) => each !== undefined).join(': '));
  return new Fault('TL_AUTH_REFUSED', `${answered}: ${words}`, {
    answer: { ...(code !== undefined && { code: toLine(code) }), message: words },
  });
}
