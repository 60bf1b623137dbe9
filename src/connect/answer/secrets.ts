import type { Authorization } from '../auth/credentials.ts';
import type { AuthSettings } from '../auth/parse-auth-settings.ts';

/** Keeps credentials out of what systems say: an answer may repeat what it was sent. */
export interface Secrets {
  /** Something that is to be cut from now on; a short text is no secret, and would be cut everywhere. */
  add(secret: string | undefined): void;
  /** What is put on requests; one that has been seen before costs nothing. */
  addAll(authorization: Authorization): void;
  cut(text: string): string;
  /** The same without looking for what else may be a credential. */
  cutKnown(text: string): string;
}

const minLength = 4;

export function createSecrets(): Secrets {
  const known = new Set<string>();
  let last: Authorization | undefined;
  const add = (secret: string | undefined): void => {
    if (secret === undefined || secret.length < minLength) return;
    known.add(secret);
    known.add(encodeURIComponent(secret));
    known.add(Buffer.from(secret, 'utf8').toString('base64'));
    known.add(JSON.stringify(secret).slice(1, -1));
  };
  const cutKnown = (text: string): string => {
    let rest = text;
    // The longest first: one may hold another.
    for (const secret of [...known].sort((a, b) => b.length - a.length))
      rest = rest.replaceAll(secret, '***');
    return rest;
  };
  return {
    add,
    cutKnown,
    addAll(authorization) {
      if (authorization === last) return;
      last = authorization;
      // Without its scheme: `Bearer abc`.
      for (const value of Object.values(authorization.headers)) add(value.replace(/^\w+ /, ''));
      const [, value] = authorization.query?.split('=', 2) ?? [];
      add(value);
    },
    cut: (text) => cutPatterns(cutKnown(text)),
  };
}

/** The secrets of a connection: what proves who it is, and headers that sound as if they did. */
export function toSecrets(access: Proof): Secrets {
  const secrets = createSecrets();
  addSecrets(secrets, access);
  return secrets;
}

interface Proof {
  readonly auth: AuthSettings;
  readonly headers: Readonly<Record<string, string>>;
}

export function addSecrets(secrets: Secrets, { auth, headers }: Proof): void {
  for (const [name, value] of Object.entries(auth)) if (isSecretName(name)) secrets.add(String(value ?? ''));
  for (const [name, value] of Object.entries(headers)) if (isSecretName(name)) secrets.add(value);
}

function isSecretName(name: string): boolean {
  return (
    /secret|pass|token(?!url)|^value$|key|auth(?!or)|cookie|session|credential/i.test(name) &&
    !/^clientAuth$/.test(name)
  );
}

const names =
  '(?:access|refresh|id|auth|session|csrf|sas)?[_-]?token|api[_-]?key|(?:client[_-]?)?secret|pass(?:word|wd|phrase)?|pwd|sig(?:nature)?|subscription[_-]?key|authorization|cookie|jwt|assertion|credentials?';

/** What looks like a credential, also of others: a token behind its scheme, a named value, a JWT, a user in a URL. */
function cutPatterns(text: string): string {
  return text
    .replace(/\b(Bearer|Basic|Digest|Negotiate|Token)\s+[\w.~+/=:-]{8,}/gi, '$1 ***')
    .replace(/\beyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?/g, '***')
    .replace(/:\/\/[^/\s:@]+:[^/\s@]+@/g, '://***@')
    .replace(new RegExp(`((?:^|[?&;\\s])(?:[\\w-]*[_.-])?(?:${names})=)[^&\\s"'<>;]+`, 'gi'), '$1***')
    .replace(new RegExp(`("(?:[\\w-]*[_.-])?(?:${names})"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"?`, 'gi'), '$1"***"');
}
