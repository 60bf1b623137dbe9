import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomUUID,
  sign,
} from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a provider says in an ID token that is as it should be. */
export interface TokenClaims {
  readonly [name: string]: unknown;
}

/** How a token is made; what is left out is right. */
export interface Forgery {
  readonly claims?: (right: TokenClaims) => TokenClaims;
  /** `none`, or another algorithm than its key is for. */
  readonly alg?: string;
  /** Signed with a key that the provider does not know of. */
  readonly isOtherKey?: boolean;
  /** Changed after it was signed. */
  readonly isChanged?: boolean;
  readonly isLeftOut?: boolean;
  /** What stands in the answer beside code and state. */
  readonly answer?: Readonly<Record<string, string>>;
  /** What the endpoint for tokens answers instead. */
  readonly refusal?: { readonly status: number; readonly body: string };
  readonly userinfo?: TokenClaims;
}

export interface ForgingProvider {
  readonly issuer: string;
  /** From now on. */
  forge(forgery: Forgery): void;
  /** What the endpoint for tokens was sent. */
  readonly exchanged: URLSearchParams[];
  close(): Promise<void>;
}

/** A provider that lets everybody in at once as `sub-1`, and says of them what it is told to, rightly or not. */
export async function startForgingProvider(clientId: string): Promise<ForgingProvider> {
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const nonces = new Map<string, string>();
  const exchanged: URLSearchParams[] = [];
  let forgery: Forgery = {};
  let issuer = '';
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', issuer);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const json = (body: unknown, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (url.pathname === '/.well-known/openid-configuration') return json(metadata(issuer));
    if (url.pathname === '/jwks') return json({ keys: [jwkOf(own.publicKey)] });
    if (url.pathname === '/userinfo') return json({ sub: 'sub-1', ...forgery.userinfo });
    if (url.pathname === '/authorize') {
      const code = randomUUID();
      nonces.set(code, url.searchParams.get('nonce') ?? '');
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      const answer = { code, state: url.searchParams.get('state') ?? '', iss: issuer, ...forgery.answer };
      for (const [name, value] of Object.entries(answer)) back.searchParams.set(name, value);
      return response.writeHead(303, { location: back.href }).end();
    }
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    exchanged.push(form);
    if (forgery.refusal)
      return response
        .writeHead(forgery.refusal.status, { 'content-type': 'application/json' })
        .end(forgery.refusal.body);
    const right = rightClaims(issuer, clientId, nonces.get(form.get('code') ?? '') ?? '');
    const keys = forgery.isOtherKey ? other : own;
    const token = toToken(forgery.claims?.(right) ?? right, keys.privateKey, forgery);
    json({
      access_token: 'an-access-token',
      token_type: 'Bearer',
      ...(!forgery.isLeftOut && { id_token: token }),
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    exchanged,
    forge: (next) => {
      forgery = next;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function metadata(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    userinfo_endpoint: `${issuer}/userinfo`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    authorization_response_iss_parameter_supported: true,
    code_challenge_methods_supported: ['S256'],
  };
}

function rightClaims(issuer: string, audience: string, nonce: string): TokenClaims {
  const now = Math.floor(Date.now() / 1_000);
  return {
    iss: issuer,
    sub: 'sub-1',
    aud: audience,
    iat: now,
    exp: now + 300,
    nonce,
    preferred_username: 'anna',
    email: 'anna@example.org',
    roles: ['Support'],
  };
}

function toToken(claims: TokenClaims, key: KeyObject, { alg = 'RS256', isChanged }: Forgery): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const input = `${part({ alg, kid: 'one', typ: 'JWT' })}.${part(claims)}`;
  const signature =
    alg === 'none'
      ? ''
      : sign(
          'sha256',
          Buffer.from(input),
          createPrivateKey(key.export({ type: 'pkcs8', format: 'pem' })),
        ).toString('base64url');
  if (!isChanged) return `${input}.${signature}`;
  const [head, ,] = input.split('.');
  return `${head}.${part({ ...claims, roles: ['Admin'] })}.${signature}`;
}

function jwkOf(key: KeyObject) {
  return {
    ...createPublicKey(key.export({ type: 'spki', format: 'pem' })).export({ format: 'jwk' }),
    kid: 'one',
    use: 'sig',
    alg: 'RS256',
  };
}
