import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
// @ts-expect-error the package has no types of its own, and its tests need few
import { Provider } from 'oidc-provider';

export interface RealProvider {
  readonly issuer: string;
  /** Who logs in next, and what is said of them. */
  become(account: string, claims: Readonly<Record<string, unknown>>): void;
  close(): Promise<void>;
}

export interface ClientWish {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Of the site, once it is known. */
  readonly site: () => string;
}

/** `oidc-provider`, certified, on this machine; its own pages ask for nothing but a name. */
export async function startRealProvider({ clientId, clientSecret, site }: ClientWish): Promise<RealProvider> {
  const claimsOf = new Map<string, Readonly<Record<string, unknown>>>();
  // The site has to know the provider's address first: it is there before the first request.
  let handle: ReturnType<Provider['callback']> | undefined;
  const server = createServer((request, response) => {
    handle ??= create().callback();
    handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const create = () =>
    new Provider(issuer, {
      clients: [
        {
          client_id: clientId,
          client_secret: clientSecret,
          token_endpoint_auth_method: 'client_secret_post',
          redirect_uris: [`${site()}/login/oidc/callback`],
          post_logout_redirect_uris: [`${site()}/login`],
        },
      ],
      claims: { openid: ['sub'], profile: ['preferred_username', 'roles'], email: ['email'] },
      cookies: { keys: ['a key of the tests'] },
      findAccount: async (_context: unknown, id: string) => ({
        accountId: id,
        claims: async () => ({ sub: id, ...claimsOf.get(id) }),
      }),
      features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    });
  return {
    issuer,
    become: (account, claims) => void claimsOf.set(account, claims),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
