import * as oidc from 'openid-client';
import { type Claims, hasRolesClaim } from '../../app/access/login/provider-claims.ts';
import { Fault } from '../../contract/fault.ts';
import type { Logger } from '../../observe/logger.ts';
import type { ProviderLogin } from '../../store/access/provider-logins.ts';
import type { ProviderSettings } from '../../workspace/parts/access-settings.ts';
import { commandsOf } from '../../workspace/secrets/commands.ts';
import { commandsIn, describeMissing, referenceSource } from '../../workspace/secrets/reference-source.ts';
import { resolveText } from '../../workspace/text/references.ts';
import type { Env } from '../../workspace/workspace.ts';

/** Somebody whom the provider has let in: proved, for us, just now. */
export interface ProvedUser {
  readonly issuer: string;
  readonly subject: string;
  readonly claims: Claims;
}

/**
 * An identity provider, asked by OpenID Connect: code flow with PKCE, state and nonce. Its functions throw a Fault
 * TL_SYSTEM_UNREACHABLE where it is away, TL_UNAUTHENTICATED where what comes from it proves nothing.
 */
export interface Provider {
  /** What a login is begun with, and where the browser goes for it. */
  begin(redirectUri: string, returnTo: string): Promise<{ readonly login: ProviderLogin; readonly url: URL }>;
  /** @param answer - where the provider has sent the browser, with all that stands in it */
  finish(answer: URL, login: ProviderLogin): Promise<ProvedUser>;
  /** Where the browser is logged out of the provider; `undefined` where it has no such place. */
  logoutUrl(returnTo: string): Promise<URL | undefined>;
}

export function createProvider(settings: ProviderSettings, env: Env, log: Logger): Provider {
  let opened: Promise<oidc.Configuration> | undefined;
  // What could not be had is asked for again the next time.
  const open = async () => {
    opened ??= discover(settings, env).catch((thrown) => {
      opened = undefined;
      throw thrown;
    });
    return await opened;
  };
  const told = async <T>(work: () => Promise<T>) => await work().catch((thrown) => refuse(thrown, log));
  return {
    begin: (redirectUri, returnTo) =>
      told(async () => await begin(await open(), settings, { redirectUri, returnTo })),
    finish: (answer, login) => told(async () => await finish(await open(), settings, { answer, login })),
    logoutUrl: (returnTo) =>
      told(async () => {
        const config = await open();
        if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
        return oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: returnTo });
      }),
  };
}

async function discover(settings: ProviderSettings, env: Env): Promise<oidc.Configuration> {
  const { issuer, clientId } = settings;
  const execute = [
    // A code is exchanged over TLS, which proves whom the answer is from; its signature is to prove it as well.
    oidc.enableNonRepudiationChecks,
    // On this machine only: the settings take no other http.
    ...(issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : []),
  ];
  const secret = await loadSecret(settings, env);
  const auth = secret === undefined ? oidc.None() : oidc.ClientSecretPost(secret);
  return await oidc.discovery(new URL(issuer), clientId, secret, auth, { execute, timeout: 10 });
}

async function loadSecret({ clientSecret }: ProviderSettings, env: Env): Promise<string | undefined> {
  if (clientSecret === undefined) return undefined;
  // Waited for here, so that nothing stands still meanwhile.
  await Promise.all(commandsIn(clientSecret).map((line) => commandsOf(env).run(line)));
  const { text, missing } = resolveText(clientSecret, referenceSource(env));
  const [first] = missing;
  if (first === undefined) return text;
  throw new Fault(
    'TL_CONNECTION_CONFIG',
    `the identity provider: ${describeMissing(first, env)}, but access.oidc.clientSecret needs it`,
  );
}

async function begin(
  config: oidc.Configuration,
  { scopes }: ProviderSettings,
  { redirectUri, returnTo }: { readonly redirectUri: string; readonly returnTo: string },
) {
  const verifier = oidc.randomPKCECodeVerifier();
  const login = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier, returnTo };
  const url = oidc.buildAuthorizationUrl(config, {
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: scopes.join(' '),
    state: login.state,
    nonce: login.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  return { login, url };
}

async function finish(
  config: oidc.Configuration,
  settings: ProviderSettings,
  { answer, login }: { readonly answer: URL; readonly login: ProviderLogin },
): Promise<ProvedUser> {
  const { state, nonce, verifier } = login;
  const tokens = await oidc.authorizationCodeGrant(config, answer, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
  const proved = tokens.claims();
  if (proved === undefined)
    throw new Fault('TL_UNAUTHENTICATED', 'the identity provider has sent no ID token');
  const { iss: issuer, sub: subject } = proved;
  // Some put what was asked for with scopes behind another address, and not into the ID token.
  const isMissing =
    !hasRolesClaim(proved, settings) && config.serverMetadata().userinfo_endpoint !== undefined;
  const more = isMissing ? await oidc.fetchUserInfo(config, tokens.access_token, subject) : {};
  return { issuer, subject, claims: { ...more, ...proved } };
}

/** The library's messages say what is wrong with the form of an answer, and nothing of what stands in it. */
function refuse(thrown: unknown, log: Logger): never {
  if (thrown instanceof Fault) throw thrown;
  if (thrown instanceof oidc.AuthorizationResponseError)
    throw new Fault('TL_UNAUTHENTICATED', `the identity provider has let nobody in: ${thrown.error}`);
  const { code, name } = thrown as { readonly code?: string; readonly name?: string };
  if (thrown instanceof oidc.ResponseBodyError) {
    log.warn({ code, reason: thrown.error }, 'the identity provider refuses what it is asked');
    throw new Fault('TL_UNAUTHENTICATED', `the identity provider refuses the login: ${thrown.error}`);
  }
  const isAway =
    code === undefined || code === 'OAUTH_TIMEOUT' || /^(ECONN|ENOTFOUND|EAI_|UND_ERR)/.test(code);
  log.warn(
    { code, name },
    isAway ? 'the identity provider is away' : 'an answer of the identity provider is refused',
  );
  if (isAway)
    throw new Fault('TL_SYSTEM_UNREACHABLE', 'the identity provider gives no answer; try again in a moment', {
      cause: thrown,
    });
  throw new Fault(
    'TL_UNAUTHENTICATED',
    `what the identity provider says proves nothing (${code}): log in again`,
    {
      cause: thrown,
    },
  );
}
