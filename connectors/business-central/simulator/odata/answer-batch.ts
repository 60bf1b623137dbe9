import type { Company } from '../erp/company.ts';
import { refusalOf, refuse } from '../refusal.ts';
import { answer } from './answer.ts';
import type { ODataRequest, ODataResponse } from './odata-request.ts';

/** "Operational limits": operations in one batch. */
const maxOperations = 100;

interface Part {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/**
 * `POST $batch` in JSON: each operation by itself, in order, up to the first that fails; with
 * `Prefer: odata.continue-on-error` all of them. A failed operation does not fail the batch: 200, and each
 * response has a status of its own.
 */
export function answerBatch(
  company: Company,
  request: ODataRequest,
  toError: (thrown: unknown) => ODataResponse,
): ODataResponse {
  const parts = parseParts(request.body);
  const goOn = /continue-on-error/i.test(request.prefer ?? '');
  const responses: unknown[] = [];
  for (const part of parts) {
    const response = answerPart(company, toRequest(part, request.root), toError);
    responses.push({ id: part.id, ...response, headers: response.headers ?? {} });
    if (response.status >= 400 && !goOn) break;
  }
  return { status: 200, body: { responses } };
}

function answerPart(
  company: Company,
  request: ODataRequest,
  toError: (thrown: unknown) => ODataResponse,
): ODataResponse {
  try {
    return answer(company, request);
  } catch (thrown) {
    if (refusalOf(thrown) === undefined) throw thrown;
    return toError(thrown);
  }
}

function parseParts(body: unknown): readonly Part[] {
  const requests = Object(body)['requests'];
  if (!Array.isArray(requests)) return refuse(400, 'BadRequest', "A batch needs an array 'requests'.");
  if (requests.length > maxOperations) {
    refuse(
      500,
      'Unknown',
      `The maximum number of '${maxOperations}' operations in a batch has been exceeded.`,
    );
  }
  return requests.map((part: Readonly<Record<string, unknown>>, at) => ({
    id: String(part['id'] ?? at),
    method: String(part['method'] ?? 'GET').toUpperCase(),
    url: String(part['url'] ?? ''),
    headers: Object(part['headers'] ?? {}),
    body: part['body'],
  }));
}

/** Addresses may be relative to `$batch` or absolute. */
function toRequest(part: Part, root: string): ODataRequest {
  const url = new URL(part.url, `${root}/`);
  const path = decodeURIComponent(url.pathname);
  const start = path.indexOf('/companies');
  return {
    method: part.method,
    path: start < 0 ? path : path.slice(start),
    query: url.searchParams,
    ifMatch: header(part, 'if-match'),
    prefer: header(part, 'prefer'),
    body: part.body,
    root,
  };
}

function header({ headers }: Part, name: string): string | undefined {
  const entry = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
  return entry === undefined ? undefined : String(entry[1]);
}
