import type { Clock } from '../../../src/contract/connector.ts';
import { refuse } from './refusal.ts';

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface SignIn {
  /** `POST /{tenant}/oauth2/v2.0/token`, a form: the client-credentials grant of Microsoft Entra ID. */
  token(form: unknown): TokenAnswer;
  /** Throws the 401 of a request whose `Authorization` header is not good for it. */
  check(authorization: string | undefined): void;
}

const lifetimeSeconds = 3599;
const scopePattern = /^https:\/\/api\.businesscentral\.dynamics\.com\/\.default$/;

/** Bearer tokens, and Basic with the same two words: the user name and web service access key of an on-premises server. */
export function createSignIn(credentials: Credentials, clock: Clock, newGuid: () => string): SignIn {
  const expiries = new Map<string, number>();
  const basic = `Basic ${Buffer.from(`${credentials.clientId}:${credentials.clientSecret}`).toString('base64')}`;
  return {
    token(form) {
      const problem = problemOf(Object(form ?? {}), credentials);
      if (problem !== undefined) return problem;
      const token = `simulated.${newGuid()}`;
      expiries.set(token, clock.now() + lifetimeSeconds * 1000);
      const seconds = { expires_in: lifetimeSeconds, ext_expires_in: lifetimeSeconds };
      return { status: 200, body: { token_type: 'Bearer', ...seconds, access_token: token } };
    },
    check(authorization) {
      if (authorization === basic) return;
      const expiry = expiries.get(/^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '');
      if (expiry === undefined) {
        refuse(401, 'Authentication_InvalidCredentials', 'The server has rejected the client credentials.');
      }
      if (clock.now() < expiry) return;
      refuse(
        401,
        'Authentication_TokenExpired',
        'The token is not valid because its validity period has ended.',
      );
    },
  };
}

/** Codes: "Microsoft Entra authentication and authorization error codes". */
function problemOf(form: Readonly<Record<string, unknown>>, wanted: Credentials): TokenAnswer | undefined {
  if (form['grant_type'] !== 'client_credentials') {
    return tokenError(400, 'unsupported_grant_type', 70003, 'The app requested an unsupported grant type.');
  }
  if (form['client_id'] !== wanted.clientId) {
    return tokenError(400, 'unauthorized_client', 700016, 'The application was not found in the directory.');
  }
  if (form['client_secret'] !== wanted.clientSecret) {
    return tokenError(401, 'invalid_client', 7000215, 'Invalid client secret provided.');
  }
  if (scopePattern.test(String(form['scope'] ?? ''))) return undefined;
  return tokenError(400, 'invalid_scope', 1002012, 'The provided value for scope is not valid.');
}

function tokenError(status: number, error: string, code: number, words: string): TokenAnswer {
  return { status, body: { error, error_description: `AADSTS${code}: ${words}`, error_codes: [code] } };
}
