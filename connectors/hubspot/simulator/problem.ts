/**
 * What HubSpot says when it refuses. The shape is that of `Error` and `StandardError` in its OpenAPI documents;
 * categories and messages are those seen in its pages "Handling errors" and "Usage guidelines".
 */
export interface Problem {
  readonly status: number;
  readonly category: string;
  readonly message: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

export type Attempt<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: Problem };

export function succeed<Value>(value: Value): Attempt<Value> {
  return { ok: true, value };
}

export function refuse(problem: Problem): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem };
}

export function invalid(message: string, context?: Problem['context']): Problem {
  return {
    status: 400,
    category: 'VALIDATION_ERROR',
    message,
    ...(context === undefined ? {} : { context }),
  };
}

/** One property that HubSpot will not take. */
export interface InvalidProperty {
  readonly name: string;
  readonly error: string;
  readonly message: string;
}

/** HubSpot writes the list of what is wrong as JSON into the message. */
export function invalidProperties(found: readonly InvalidProperty[]): Problem {
  const list = found.map(({ message, error, name }) => ({ isValid: false, message, error, name }));
  return invalid(`Property values were not valid: ${JSON.stringify(list)}`);
}

export function notFound(): Problem {
  return {
    status: 404,
    category: 'OBJECT_NOT_FOUND',
    message: 'Object not found.  objectId are usually numeric.',
  };
}

export const notAuthenticated: Problem = {
  status: 401,
  category: 'INVALID_AUTHENTICATION',
  message:
    'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
};

/** Body of an answer that is nothing but the problem. */
export function toErrorBody(problem: Problem, correlationId: string): Record<string, unknown> {
  const { category, message, context } = problem;
  return { status: 'error', message, correlationId, ...(context === undefined ? {} : { context }), category };
}

/** Body of a 429. It has no category and no Retry-After; what to wait follows from the policy. */
export function toThrottleBody(
  policy: 'TEN_SECONDLY_ROLLING' | 'SECONDLY',
  correlationId: string,
): Record<string, unknown> {
  const limit = policy === 'SECONDLY' ? 'secondly' : 'ten_secondly_rolling';
  return {
    status: 'error',
    message: `You have reached your ${limit} limit.`,
    errorType: 'RATE_LIMIT',
    correlationId,
    policyName: policy,
  };
}
