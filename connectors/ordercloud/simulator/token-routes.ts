import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '../../../src/contract/connector.ts';
import { isJsonObject, type JsonObject } from '../../../src/contract/json.ts';
import type { Random } from '../../../src/simulator/random.ts';
import { refuse } from './objects/refusal.ts';

/** What the simulated API client is configured with. */
export const apiClient = {
  clientId: '5F2A6C1E-0000-4000-8000-7261646C616E',
  clientSecret: 'simulated-secret',
  username: 'integration',
  password: 'simulated-password',
  /** `AccessTokenDuration` may be 10 to 600 minutes. */
  accessTokenMinutes: 600,
} as const;

interface Tokens {
  readonly access: Map<string, number>;
  readonly refresh: Set<string>;
}

/** `POST /oauth/token` beside `/v1`, and the check of its tokens on everything under `/v1`. */
export function addTokenRoutes(app: FastifyInstance, clock: Clock, random: Random): void {
  const tokens: Tokens = { access: new Map(), refresh: new Set() };
  app.addHook('onRequest', async (request) => {
    if (request.url.startsWith('/v1/')) checkToken(request, tokens, clock);
  });
  app.post('/oauth/token', async (request, reply) => {
    const problem = problemOf(request, tokens);
    if (problem !== undefined) return reply.code(problem.status).send(problem.body);
    const access = `access.${Array.from({ length: 4 }, () => random.int(0, 0xffff_ffff).toString(36)).join('')}`;
    const refresh = `refresh.${access.slice(7)}`;
    tokens.access.set(access, clock.now() + apiClient.accessTokenMinutes * 60_000);
    tokens.refresh.add(refresh);
    const expiresIn = apiClient.accessTokenMinutes * 60 - 1;
    return { access_token: access, expires_in: expiresIn, token_type: 'bearer', refresh_token: refresh };
  });
}

/** Code and words from memory of the vendor's answers; the status is documented. */
function checkToken(request: FastifyRequest, tokens: Tokens, clock: Clock): void {
  const token = /^bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const expiresAt = token === undefined ? undefined : tokens.access.get(token);
  if (expiresAt !== undefined && expiresAt > clock.now()) return;
  throw refuse(401, 'InvalidToken', 'Access token is invalid or expired.');
}

interface TokenProblem {
  readonly status: number;
  readonly body: unknown;
}

function problemOf(request: FastifyRequest, tokens: Tokens): TokenProblem | undefined {
  if (!(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
    return problem(400, 'invalid_request', 'Request.InvalidContentType', 'Content type must be a form.');
  }
  const form = isJsonObject(request.body) ? request.body : {};
  if (form['client_id'] !== apiClient.clientId) {
    return problem(400, 'invalid_client', 'ApiClient.InvalidClientID', 'client_id is unknown.');
  }
  if (form['grant_type'] !== 'refresh_token' && form['client_secret'] !== apiClient.clientSecret) {
    return problem(401, 'invalid_client', 'Auth.OauthError', 'client_secret is wrong.');
  }
  return problemOfGrant(form, tokens);
}

function problemOfGrant(form: JsonObject, tokens: Tokens): TokenProblem | undefined {
  switch (form['grant_type']) {
    case 'client_credentials':
      return undefined;
    case 'password':
      if (form['username'] === undefined || form['password'] === undefined) {
        return problem(
          400,
          'invalid_request',
          'Auth.UsernameAndPasswordRequired',
          'username and password are required.',
        );
      }
      if (form['username'] === apiClient.username && form['password'] === apiClient.password)
        return undefined;
      return problem(401, 'invalid_grant', 'Auth.InvalidUsernameOrPassword', 'Invalid username or password.');
    case 'refresh_token':
      if (typeof form['refresh_token'] === 'string' && tokens.refresh.has(form['refresh_token']))
        return undefined;
      return problem(401, 'invalid_grant', 'Auth.TokenRevoked', 'refresh_token is unknown.');
    default:
      return problem(400, 'unsupported_grant_type', 'Auth.OauthError', 'grant_type is not supported.');
  }
}

function problem(status: number, error: string, errorCode: string, message: string): TokenProblem {
  const Errors = [{ ErrorCode: errorCode, Message: message, Data: null }];
  return { status, body: { error, error_description: message, Errors } };
}
