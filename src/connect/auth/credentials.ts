/** What is put on each request so that the system knows who asks. Never logged, never part of an error. */
export interface Authorization {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** `name=value`, encoded, for systems that want their key in the URL. */
  readonly query: string | undefined;
}

export interface Credentials {
  /** What `current` gives every time; absent: that may change. */
  readonly fixed?: Authorization;
  /** A plain value while one is at hand, a promise only while a token is being fetched. */
  current(): Authorization | Promise<Authorization>;
  /** The system refused this one: forget it, unless it has been renewed already. Absent: it cannot be renewed. */
  readonly renew?: (refused: Authorization) => void;
}

export const noAuthorization: Authorization = Object.freeze({ headers: Object.freeze({}), query: undefined });

/** Credentials that never change. */
export function createStaticCredentials(authorization: Authorization): Credentials {
  return { fixed: authorization, current: () => authorization };
}

export function toHeaderAuthorization(name: string, value: string): Authorization {
  return { headers: { [name.toLowerCase()]: value }, query: undefined };
}

export function toBasic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
