import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { logInByProvider } from '../../app/access/login/log-in-by-provider.ts';
import { keepProviderLogin, useProviderLogin } from '../../app/access/login/provider-logins.ts';
import { Fault } from '../../contract/fault.ts';
import { giveCookie, isOwnHost, readCookie, takeCookie } from './cookies.ts';
import { type LoginParts, loginPlaceOf } from './login-parts.ts';
import { createProvider, type Provider } from './provider.ts';
import { toReturnPath } from './same-site.ts';

/** The identity provider of the settings as they are now; `undefined`: there is none. */
export type CurrentProvider = () => Provider | undefined;

export function createCurrentProvider({ access, env, log }: LoginParts): CurrentProvider {
  let known: { readonly settings: string; readonly provider: Provider } | undefined;
  return () => {
    const { oidc } = access();
    if (oidc === undefined) return undefined;
    const settings = JSON.stringify(oidc);
    if (known?.settings !== settings) known = { settings, provider: createProvider(oidc, env, log) };
    return known.provider;
  };
}

const callbackPath = '/login/oidc/callback';

export function addProviderLogin(
  server: FastifyInstance,
  parts: LoginParts,
  provider: CurrentProvider,
): void {
  const required = () => {
    const current = provider();
    if (current !== undefined) return current;
    throw new Fault('TL_NOT_FOUND', 'there is no identity provider: `access.oidc` of config/tradelane.yaml');
  };
  server.get('/login/oidc', async (request, reply) => begin(parts, required(), { request, reply }));
  server.get(callbackPath, async (request, reply) => finish(parts, required(), { request, reply }));
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

async function begin(
  { open, site }: LoginParts,
  provider: Provider,
  { request, reply }: Exchange,
): Promise<FastifyReply> {
  const at = new URL(site());
  const { host = '' } = request.headers;
  // The provider answers to the one address of this machine: what this browser holds must be known there.
  if (isOwnHost(at.host) && isOwnHost(host) && host !== at.host)
    return reply.redirect(`${site()}${request.url}`, 303);
  const { returnTo } = request.query as Readonly<Record<string, unknown>>;
  const { login, url } = await provider.begin(`${site()}${callbackPath}`, toReturnPath(returnTo));
  giveCookie(reply, site(), { purpose: 'login', value: await keepProviderLogin(open, login) });
  return reply.redirect(url.href, 303);
}

async function finish(
  { open, access, site }: LoginParts,
  provider: Provider,
  { request, reply }: Exchange,
): Promise<FastifyReply> {
  const held = readCookie(request, site(), 'login');
  takeCookie(reply, site(), 'login');
  const login = held === undefined ? undefined : await useProviderLogin(open, held);
  if (login === undefined)
    throw new Fault('TL_FORBIDDEN', 'this login was begun in another browser, or is over: log in again');
  const { oidc, ...settings } = access();
  if (oidc === undefined) throw new Fault('TL_NOT_FOUND', 'there is no identity provider any more');
  const user = await provider.finish(new URL(`${site()}${request.url}`), login);
  const { secret } = await logInByProvider(open, user, loginPlaceOf(request, site()), { ...settings, oidc });
  giveCookie(reply, site(), { purpose: 'session', value: secret });
  return reply.redirect(login.returnTo, 303);
}
