import { createCredentials } from './create-credentials.ts';
import type { TokenTools } from './create-oauth2-credentials.ts';
import type { Credentials } from './credentials.ts';
import type { AuthSettings } from './parse-auth-settings.ts';

/** What a connection proves itself by: its `auth`, and the headers that all its requests have. */
export interface AccessProof {
  readonly auth: AuthSettings;
  readonly headers: Headers;
}

type Headers = Readonly<Record<string, string>>;

export interface Access {
  /** The same value until they are others. */
  current(): Credentials;
  /** Headers of a request, with what the connection's have become in place of what they were. */
  renewed(headers: Headers): Headers;
  /** The system has refused these. True: there are others by now, with which it is worth another try. */
  renew(refused: Credentials): Promise<boolean>;
}

export interface AccessOptions {
  readonly first: AccessProof;
  readonly tools: TokenTools;
  /** Looks again for what a rotated secret has become; `undefined`: it has not changed. Absent: it never does. */
  readonly renew: (() => Promise<AccessProof | undefined>) | undefined;
}

/** However many requests are refused at once, it is looked for others once. */
export function createAccess({ first, tools, renew }: AccessOptions): Access {
  let credentials = createCredentials(first.auth, tools);
  let changed: readonly (readonly [name: string, from: string, to: string])[] = [];
  let renewing: Promise<boolean> | undefined;
  const lookAgain = async (): Promise<boolean> => {
    const next = await renew?.();
    if (next === undefined) return false;
    credentials = createCredentials(next.auth, tools);
    changed = Object.entries(first.headers).flatMap(([name, from]) => {
      const to = next.headers[name];
      return to === undefined || to === from ? [] : [[name, from, to] as const];
    });
    return true;
  };
  return {
    current: () => credentials,
    renewed(headers) {
      const own = changed.filter(([name, from]) => headers[name] === from);
      return own.length === 0
        ? headers
        : { ...headers, ...Object.fromEntries(own.map(([name, , to]) => [name, to])) };
    },
    async renew(refused) {
      if (renew === undefined) return false;
      if (credentials !== refused) return true;
      renewing ??= lookAgain().finally(() => {
        renewing = undefined;
      });
      return await renewing;
    },
  };
}
