import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

type Purpose = 'session' | 'login' | 'browser';

/** By what they are for. `login`: that an identity provider has been asked. `browser`: that it was let in before. */
const names: Readonly<Record<Purpose, string>> = {
  session: 'tradelane',
  login: 'tradelane-login',
  browser: 'tradelane-browser',
};

/** Seconds; absent: until the browser is closed. */
const ages: Readonly<Record<Purpose, number | undefined>> = {
  session: undefined,
  login: 600,
  browser: 180 * 24 * 3_600,
};

export function sessionSecretOf(request: FastifyRequest, site: string): string | undefined {
  return readCookie(request, site, 'session');
}

export function browserOf(request: FastifyRequest, site: string): string | undefined {
  return readCookie(request, site, 'browser');
}

/** The value that is ours: of a length that none of ours has, none. */
export function readCookie(request: FastifyRequest, site: string, purpose: Purpose): string | undefined {
  const value = request.cookies[nameFor(request, site, purpose)];
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
}

export interface NewCookie {
  readonly purpose: Purpose;
  readonly value: string;
}

export function giveCookie(reply: FastifyReply, site: string, { purpose, value }: NewCookie): void {
  const maxAge = ages[purpose];
  reply.setCookie(nameFor(reply.request, site, purpose), value, {
    ...optionsFor(reply.request, site),
    ...(maxAge !== undefined && { maxAge }),
  });
}

export function takeCookie(reply: FastifyReply, site: string, purpose: Purpose): void {
  reply.clearCookie(nameFor(reply.request, site, purpose), optionsFor(reply.request, site));
}

/**
 * `__Host-`: a browser takes it over TLS only, and no other host of the domain can set it. Over plain http on this
 * machine, where some browsers take no such cookie, it has another name and is not marked as secure.
 */
function nameFor(request: FastifyRequest, site: string, purpose: Purpose): string {
  return isPlain(request, site) ? names[purpose] : `__Host-${names[purpose]}`;
}

function optionsFor(request: FastifyRequest, site: string): CookieSerializeOptions {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: !isPlain(request, site) };
}

/** Is it this machine that asks itself, without TLS? Only then can the address of the site say so as well. */
function isPlain({ headers: { host = '' } }: FastifyRequest, site: string): boolean {
  return site.startsWith('http:') && isOwnHost(host);
}

export function isOwnHost(host: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host);
}
