import type { PageLengths } from '../contract/connector.ts';
import type { JsonObject } from '../contract/json.ts';
import type { Dialect } from './answer/dialect.ts';
import type { HttpClient } from './http/http-client.ts';
import type { NetworkReach } from './reach/reach.ts';

/** A connection that is ready to be used: everything that its configuration decides has been decided. */
export interface Session {
  /** How the system says what it means; holds the connection's name. */
  readonly dialect: Dialect;
  readonly config: JsonObject;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly origin: string;
  readonly reach: NetworkReach;
  /** Sent with every request; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly client: HttpClient;
  /** How long the system may still be at work on a create that was given up, in milliseconds. */
  readonly settleMs: number;
  readonly pages: PageLengths;
}

/** Gives the session, opening it on first use. A plain value once it is open. */
export type OpenSession = () => Session | Promise<Session>;
