import { Fault } from '../../contract/fault.ts';
import { type HttpRequest, told } from '../http/http-client.ts';

/** Does a request go where the base URL stands? All others have been named by an answer. */
export function isOwnOrigin(url: string, origin: string): boolean {
  return url.startsWith(origin) && (url.length === origin.length || /[/?]/.test(url.charAt(origin.length)));
}

/** Headers that say nothing of who asks. */
const plain = ['accept', 'user-agent'] as const;

/**
 * A request as another origin is sent it: without anything that was meant for the system, headers of the connection
 * among them. What is only good with a body is not sent.
 */
export function toStranger(request: HttpRequest, connection: string): HttpRequest {
  if (request.body !== undefined)
    throw new Fault(
      'TL_CONNECTION_CONFIG',
      `${told({ connection }, request)}: an answer leads to ${URL.parse(request.url)?.origin}, where only requests without a body are sent`,
      request.at === undefined ? {} : { at: request.at },
    );
  const headers = plain.flatMap((name) => {
    const value = request.headers[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...request, headers: Object.fromEntries(headers) };
}
