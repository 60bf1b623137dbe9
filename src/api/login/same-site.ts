import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Fault } from '../../contract/fault.ts';

/**
 * Throws a Fault TL_FORBIDDEN where a page of another site has sent this request: its browser says so, in one header or
 * the other. Whoever sends neither is no browser, and has no cookies of somebody else.
 */
export function requireSameSite({ headers }: FastifyRequest, site: string): void {
  const { origin, host } = headers;
  const from = headers['sec-fetch-site'];
  const isOther = from !== undefined && from !== 'same-origin' && from !== 'none';
  const hosts = [host, new URL(site).host];
  // Some browsers hide where a form is from, and say all the same that it is from here.
  const isHidden = origin === 'null' && from === 'same-origin';
  const isForeign =
    origin !== undefined && !isHidden && (!URL.canParse(origin) || !hosts.includes(new URL(origin).host));
  if (isOther || isForeign) throw new Fault('TL_FORBIDDEN', 'this was sent by a page of another site');
}

/** Throws a Fault TL_FORBIDDEN where the page that sends this cannot know the session that its cookie stands for. */
export function requireCsrfToken({ headers }: FastifyRequest, expected: string): void {
  const said = headers['x-csrf-token'];
  if (typeof said === 'string' && isSame(said, expected)) return;
  throw new Fault(
    'TL_FORBIDDEN',
    'X-CSRF-Token: expected the `csrfToken` of GET /api/v1/me, as a session changes something',
  );
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** A place of ours to go on to; anything that could lead elsewhere is the beginning. */
export function toReturnPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > 2_000 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(wanted))
    return '/';
  if (wanted.includes('\\')) return '/';
  const own = 'http://own.invalid';
  const url = URL.canParse(wanted, own) ? new URL(wanted, own) : undefined;
  // The way out is no way in.
  if (url?.origin !== own || /^\/log(in|out)(\/|$)/.test(url.pathname)) return '/';
  // `/a/..//evil.example` has become `//evil.example` by now.
  return url.pathname.startsWith('//') ? '/' : `${url.pathname}${url.search}${url.hash}`;
}
