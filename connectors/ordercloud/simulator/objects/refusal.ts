import type { FastifyInstance } from 'fastify';
import { isJsonObject } from '../../../../src/contract/json.ts';

/** What the vendor answers instead of doing what was asked. */
export interface Refusal {
  readonly status: number;
  readonly errorCode: string;
  readonly message: string;
  readonly data: unknown;
}

/** `{"Errors":[{"ErrorCode","Message","Data"}]}`, the vendor's one error body (OrderCloud SDK, ApiError). */
export function errorBody(errorCode: string, message: string, data: unknown = null): unknown {
  return { Errors: [{ ErrorCode: errorCode, Message: message, Data: data }] };
}

/** Throw what this gives; {@link answerRefusals} turns it into the vendor's answer. */
export function refuse(status: number, errorCode: string, message: string, data: unknown = null): Error {
  const refusal: Refusal = { status, errorCode, message, data };
  return Object.assign(new Error(message), { refusal });
}

export function notFound(objectType: string, objectId: string): Error {
  return refuse(404, 'NotFound', 'Object not found.', { ObjectType: objectType, ObjectID: objectId });
}

/** A byte order mark leads each error body: the vendor's own JavaScript SDK has to strip one, so clients must too. */
export function answerRefusals(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) => {
    const { status, errorCode, message, data } = toRefusal(error);
    const body = JSON.stringify(errorBody(errorCode, message, data));
    return reply.code(status).type('application/json; charset=utf-8').send(`\uFEFF${body}`);
  });
  app.setNotFoundHandler((request) => {
    throw refuse(404, 'NotFound', `No resource at ${request.url.split('?')[0]}`);
  });
}

function toRefusal(error: unknown): Refusal {
  if (isRefused(error)) return error.refusal;
  const status = isJsonObject(error) && typeof error['statusCode'] === 'number' ? error['statusCode'] : 500;
  const message = error instanceof Error ? error.message : 'An unknown error has occurred.';
  if (status === 415) return { status: 400, errorCode: 'Request.InvalidContentType', message, data: null };
  if (status < 500) return { status: 400, errorCode: 'Request.InvalidRequestBody', message, data: null };
  return { status, errorCode: 'ServerError', message, data: null };
}

function isRefused(error: unknown): error is { readonly refusal: Refusal } {
  return typeof error === 'object' && error !== null && 'refusal' in error;
}
