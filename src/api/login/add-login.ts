import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { logInByLink, logInByPassword } from '../../app/access/login/log-in.ts';
import { callerOfSession, logOut } from '../../app/access/sessions/sessions.ts';
import { Fault, toFault } from '../../contract/fault.ts';
import { statusOf, toProblem } from '../problem.ts';
import { addProviderLogin, type CurrentProvider } from './add-provider-login.ts';
import { giveCookie, isOwnHost, sessionSecretOf, takeCookie } from './cookies.ts';
import { type LoginParts, loginPlaceOf } from './login-parts.ts';
import { linkForm, loginForm, sendPage, styleSheet } from './pages.ts';
import { requireSameSite, toReturnPath } from './same-site.ts';

/** Bytes; a name and a password are less. */
const maxForm = 16_384;

/** Pages and forms by which people come in, and out again. */
export async function addLogin(
  server: FastifyInstance,
  parts: LoginParts,
  provider: CurrentProvider,
): Promise<void> {
  await server.register(rateLimit, {
    max: parts.loginsPerMinute,
    timeWindow: 60_000,
    errorResponseBuilder: (_request, { ttl }) =>
      new Fault(
        'TL_TOO_MANY_REQUESTS',
        `too many logins come from this address: wait for ${Math.ceil(ttl / 1_000)} s`,
        {
          retryAfterMs: ttl,
        },
      ),
  });
  readForms(server);
  server.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    if (request.method === 'POST') requireSameSite(request, parts.site());
  });
  server.setErrorHandler((thrown, request, reply) => tellOnPage(parts, { thrown, request, reply }));
  server.get('/login/style.css', async (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(styleSheet),
  );
  server.get('/login', async (request, reply) => {
    const { returnTo } = request.query as Readonly<Record<string, unknown>>;
    return showForm(parts, { request, reply }, { status: 200, returnTo: toReturnPath(returnTo), notes: [] });
  });
  addPasswordLogin(server, parts);
  addLinkLogin(server, parts);
  addProviderLogin(server, parts, provider);
  addLogout(server, parts, provider);
}

function addPasswordLogin(server: FastifyInstance, { open, access, site }: LoginParts): void {
  server.post('/login/password', async (request, reply) => {
    const {
      name = '',
      password = '',
      returnTo,
    } = request.body as Readonly<Record<string, string | undefined>>;
    const place = loginPlaceOf(request, site());
    const { secret, browser } = await logInByPassword(open, { name, password }, place, access());
    giveCookie(reply, site(), { purpose: 'session', value: secret });
    giveCookie(reply, site(), { purpose: 'browser', value: browser });
    return reply.redirect(toReturnPath(returnTo), 303);
  });
}

function addLinkLogin(server: FastifyInstance, { open, access, site }: LoginParts): void {
  server.get('/login/link', async (request, reply) => {
    const { code } = request.query as Readonly<Record<string, unknown>>;
    return sendPage(reply, 200, 'Log in', linkForm(typeof code === 'string' ? code.slice(0, 100) : ''));
  });
  server.post('/login/link', async (request, reply) => {
    const { code = '' } = request.body as Readonly<Record<string, string | undefined>>;
    const { secret } = await logInByLink(open, code, loginPlaceOf(request, site()), access());
    giveCookie(reply, site(), { purpose: 'session', value: secret });
    return reply.redirect('/', 303);
  });
}

function addLogout(
  server: FastifyInstance,
  { open, access, site }: LoginParts,
  provider: CurrentProvider,
): void {
  server.post('/logout', async (request, reply) => {
    const secret = sessionSecretOf(request, site());
    const caller = secret === undefined ? undefined : await callerOfSession(open, secret, access().sessions);
    const way = caller && (await logOut(open, caller));
    takeCookie(reply, site(), 'session');
    const home = `${site()}/login`;
    if (way !== 'oidc') return reply.redirect('/login', 303);
    // The session here is over, whether the provider answers or not.
    const there = await provider()
      ?.logoutUrl(home)
      .catch(() => undefined);
    return reply.redirect(there?.href ?? '/login', 303);
  });
}

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

interface ShownForm {
  readonly status: number;
  readonly returnTo: string;
  readonly notes: readonly string[];
}

function showForm(
  { access, site }: LoginParts,
  { request, reply }: Exchange,
  { status, returnTo, notes }: ShownForm,
): FastifyReply {
  const { local, oidc } = access();
  const isLost =
    site().startsWith('http:') && !isOwnHost(request.headers.host ?? '') && request.protocol === 'http';
  const more = isLost
    ? [
        'Browsers keep no session of another machine without TLS: open Tradelane over https (access.publicUrl).',
      ]
    : [];
  const form = { returnTo, local, provider: oidc?.label, notes: [...notes, ...more] };
  return sendPage(reply, status, 'Log in', loginForm(form));
}

/** Whatever goes wrong is told on the page that somebody is at; what was not expected, to the log. */
function tellOnPage(
  parts: LoginParts,
  { thrown, request, reply }: Exchange & { readonly thrown: unknown },
): FastifyReply {
  const own = (thrown as { readonly statusCode?: unknown }).statusCode;
  const isRefused = !(thrown instanceof Fault) && typeof own === 'number' && own >= 400 && own < 500;
  const fault = isRefused ? new Fault('TL_ARGUMENT_INVALID', 'the form cannot be read') : toFault(thrown);
  const status = isRefused ? own : statusOf(fault);
  const event = { request: request.id, code: fault.code, path: request.routeOptions.url };
  if (status === 500) parts.log.error({ ...event, reason: fault.message }, 'a login failed');
  else parts.log.info(event, 'a login was refused');
  if (fault.retryAfterMs !== undefined)
    reply.header('retry-after', String(Math.ceil(fault.retryAfterMs / 1_000)));
  const { detail } = toProblem(fault, status, request.id);
  const { returnTo } = (request.body ?? {}) as Readonly<Record<string, unknown>>;
  return showForm(parts, { request, reply }, { status, returnTo: toReturnPath(returnTo), notes: [detail] });
}

function readForms(server: FastifyInstance): void {
  const options = { parseAs: 'string', bodyLimit: maxForm } as const;
  server.addContentTypeParser('application/x-www-form-urlencoded', options, (_request, text, done) => {
    done(null, Object.fromEntries(new URLSearchParams(String(text))));
  });
}
