import type { Clock } from '../../contract/connector.ts';
import { Fault, toFault } from '../../contract/fault.ts';
import { compileExpression } from '../../mapping/expression/expression.ts';
import type { Dialect } from '../answer/dialect.ts';
import type { Secrets } from '../answer/secrets.ts';
import type { TokenTools } from '../auth/create-oauth2-credentials.ts';
import type { Transport } from '../transport/create-transport.ts';
import type { HttpRequest } from './http-client.ts';
import { judgeFailure } from './judge-failure.ts';
import { judgeResponse } from './judge-response.ts';
import { type RetryOptions, type RetryRules, retry } from './retry.ts';

export interface TokenPostOptions {
  readonly transport: Transport;
  readonly connection: string;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly retries: RetryOptions;
}

// RFC 6749 section 5.2: `error` and `error_description` are the endpoint's own words.
const message = compileExpression('error_description');
const code = compileExpression('error');

/**
 * Posts to a token endpoint, outside the connection's limits: a request that has its place already would wait for
 * one that cannot get any. The fetch serves many callers, so none of their signals stops it; the timeout does.
 */
export function createTokenPost(options: TokenPostOptions): TokenTools['postForm'] {
  const { transport, connection, secrets, clock, retries } = options;
  const dialect: Dialect = { connection, secrets, rows: [], message: [message], code: [code] };
  const signal = new AbortController().signal;

  return async ({ url, headers, form, repeatable }) => {
    const request: HttpRequest = {
      operation: 'read',
      idempotent: repeatable,
      method: 'POST',
      url,
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      body: new URLSearchParams(form).toString(),
      expectsJson: true,
      label: `token request to ${URL.parse(url)?.host ?? 'no URL'}`,
      at: undefined,
    };
    const attempt = async (): Promise<unknown> => {
      const answer = await transport
        .exchange({ ...request, isRare: true }, undefined)
        .catch((thrown: unknown) => {
          throw judgeFailure(dialect, request, thrown, signal);
        });
      return (await judgeResponse(dialect, request, answer, clock)).body;
    };
    const rules: RetryRules = {
      ...{ options: retries, startedAt: performance.now(), signal },
      isWorthRetrying: (fault) =>
        fault.code === 'TL_SYSTEM_UNREACHABLE' || (repeatable && fault.kind === 'transient'),
      onRetry() {},
    };
    return attempt()
      .catch((thrown: unknown) => retry(attempt, thrown, rules))
      .catch((thrown: unknown) => {
        throw toAuthFault(thrown);
      });
  };
}

/** RFC 6749 answers 400 for wrong credentials, which elsewhere means a wrong request. */
function toAuthFault(thrown: unknown): Fault {
  const fault = toFault(thrown);
  if (fault.code !== 'TL_SOURCE_REJECTED') return fault;
  const { answer } = fault;
  return new Fault('TL_AUTH_REFUSED', fault.message, { cause: fault, ...(answer && { answer }) });
}
