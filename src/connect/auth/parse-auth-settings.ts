import { Fault } from '../../contract/fault.ts';
import type { ManifestAuth } from '../../contract/generated/connector.ts';
import { manifestDefaults } from '../../contract/generated/defaults.ts';
import { isJsonObject, type JsonObject } from '../../contract/json.ts';

type AuthObject = Exclude<ManifestAuth, string>;

/** `auth` with everything filled in: what one connection really uses. */
export type AuthSettings =
  | { readonly type: 'none' }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'bearer'; readonly token: string }
  | {
      readonly type: 'apiKey';
      readonly in: NonNullable<AuthObject['in']>;
      readonly name: string;
      readonly value: string;
    }
  | OAuth2Settings;

export interface OAuth2Settings {
  readonly type: 'oauth2';
  readonly grant: 'clientCredentials' | 'password' | 'refreshToken';
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly scope: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly refreshToken: string | undefined;
  readonly clientAuth: NonNullable<AuthObject['clientAuth']>;
  readonly params: Readonly<Record<string, string>>;
}

/** Checks evaluated settings; throws TL_CONNECTION_CONFIG that names what is missing, never a value. */
export function parseAuthSettings(value: unknown, connection: string): AuthSettings {
  if (value === undefined || value === null) return { type: 'none' };
  const auth = isJsonObject(value) ? value : {};
  const need = (name: string): string =>
    textAt(auth, name) ?? fail(connection, auth, `\`${name}\` is missing`);
  switch (auth['type']) {
    case 'none':
      return { type: 'none' };
    case 'basic':
      return { type: 'basic', username: need('username'), password: textAt(auth, 'password') ?? '' };
    case 'bearer':
      return { type: 'bearer', token: need('token') };
    case 'apiKey':
      return {
        type: 'apiKey',
        in: auth['in'] === 'query' ? 'query' : manifestDefaults.auth.in,
        name: need('name'),
        value: need('value'),
      };
    case 'oauth2':
      return parseOAuth2(auth, need, connection);
    default:
      return fail(connection, auth, '`type` must be one of none, basic, bearer, apiKey, oauth2');
  }
}

function parseOAuth2(auth: JsonObject, need: (name: string) => string, connection: string): OAuth2Settings {
  const grant = auth['grant'];
  if (grant !== 'clientCredentials' && grant !== 'password' && grant !== 'refreshToken') {
    return fail(connection, auth, '`grant` must be one of clientCredentials, password, refreshToken');
  }
  if (grant === 'password') need('username');
  if (grant === 'refreshToken') need('refreshToken');
  const params = isJsonObject(auth['params']) ? auth['params'] : {};
  return {
    type: 'oauth2',
    grant,
    tokenUrl: need('tokenUrl'),
    clientId: need('clientId'),
    clientSecret: textAt(auth, 'clientSecret'),
    scope: textAt(auth, 'scope'),
    username: textAt(auth, 'username'),
    password: textAt(auth, 'password'),
    refreshToken: textAt(auth, 'refreshToken'),
    clientAuth: auth['clientAuth'] === 'basic' ? 'basic' : manifestDefaults.auth.clientAuth,
    params: Object.fromEntries(
      Object.keys(params).flatMap((name) => {
        const text = textAt(params, name);
        return text === undefined ? [] : [[name, text] as const];
      }),
    ),
  };
}

function textAt(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function fail(connection: string, auth: JsonObject, problem: string): never {
  const type = typeof auth['type'] === 'string' ? ` (type ${auth['type'].slice(0, 40)})` : '';
  throw new Fault('TL_CONNECTION_CONFIG', `${connection}: auth${type}: ${problem}`);
}
