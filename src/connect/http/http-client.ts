import type { Dialect } from '../answer/dialect.ts';
import type { Envelope } from '../answer/find-sign.ts';
import type { RequestTraits } from './operation.ts';
import type { ParsedBody } from './parse-answer.ts';

/** The one way out: everything a connection sends goes through its client, under its limits. */
export interface HttpClient {
  /** How many requests may be under way at once. */
  readonly concurrency: number;
  /**
   * Returns what came back for a 2xx, and for a 404 where that is an answer (find, delete: `absent`).
   * Throws a Fault for everything else, or the signal's reason where it was aborted and nothing was written.
   */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  /** Has credentials at hand, fetching a token where one is needed. Throws the Fault that says why not. */
  authorize(): Promise<void>;
  close(): Promise<void>;
}

export interface HttpRequest extends RequestTraits {
  readonly method: string;
  /** Absolute, already encoded. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string | undefined;
  /** A 2xx without JSON is of no use to the caller. */
  readonly expectsJson: boolean;
  /** An answer without a body is one as well. */
  readonly mayBeEmpty?: boolean;
  /** How to tell an answer in the 2xx that says itself that it failed; without it, none is taken for one. */
  readonly envelope?: Envelope | undefined;
  /** False: the path is that of a list, and a 404 says nothing of a record. */
  readonly namesRecord?: boolean;
  /** It asks for what comes behind a page that has come: a 404 may be how the system says that there is none. */
  readonly isNextPage?: boolean;
  /** Method and path as the manifest writes them, for messages: `PATCH /orders/{{id}}`. Holds no data. */
  readonly label: string;
  /** Place of the operation in its file. */
  readonly at: string | undefined;
}

export interface HttpResponse {
  readonly status: number;
  readonly absent: boolean;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON; `undefined` where the body was empty, or not JSON and nobody minded. */
  readonly body: unknown;
  readonly form: ParsedBody['form'];
  /** The manifest says that it went well, whatever it looks like. */
  readonly isSure?: true;
  /** Some bytes of the body are no text in its charset: which. There it has U+FFFD. */
  readonly broken?: string;
}

/** `erp: POST /salesOrders` */
export function told(dialect: Pick<Dialect, 'connection'>, request: Pick<HttpRequest, 'label'>): string {
  return `${dialect.connection}: ${request.label}`;
}
