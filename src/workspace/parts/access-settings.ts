import { settingsDefaults } from '../../contract/generated/defaults.ts';
import type { SettingsFile } from '../../contract/generated/settings.ts';
import { durationMs } from '../../contract/quantity.ts';

type AccessFile = NonNullable<SettingsFile['access']>;

/** `access` of config/tradelane.yaml: who comes in how, and for how long. */
export interface AccessSettings {
  /** How browsers reach Tradelane: scheme, host and port; absent: where it listens. */
  readonly publicUrl: string | undefined;
  /** Whose word about where a request comes from is believed. */
  readonly trustedProxies: readonly string[];
  /** May users come in with a password of ours? */
  readonly local: boolean;
  readonly oidc: ProviderSettings | undefined;
  readonly sessions: {
    /** So long without a request, and a session is over. */
    readonly idleMs: number;
    /** So long after the login it is over in any case. */
    readonly absoluteMs: number;
  };
  readonly tokens: {
    /** Of a token of which nobody has said how long it lets in. */
    readonly lifetimeMs: number;
    readonly maxLifetimeMs: number;
  };
}

/** An identity provider that lets people in. */
export interface ProviderSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** As it is written: `${NAME}` becomes a secret only where the provider is asked. */
  readonly clientSecret: string | undefined;
  readonly label: string;
  readonly scopes: readonly string[];
  /** The claim that users are called by. */
  readonly name: string;
  readonly roles: {
    readonly claim: string;
    /** By a value of the claim: what whoever has it may. */
    readonly grants: Readonly<Record<string, readonly { readonly role: string; readonly flows: string }[]>>;
  };
}

/** @param secret - the client's secret at the provider, as it is written */
export function toAccessSettings(file: AccessFile = {}, secret?: string): AccessSettings {
  const defaults = settingsDefaults.access;
  const { publicUrl, local = defaults.local, trustedProxies = defaults.trustedProxies } = file;
  const { idle, absolute } = { ...defaults.sessions, ...file.sessions };
  const { lifetime, maxLifetime } = { ...defaults.tokens, ...file.tokens };
  return Object.freeze({
    publicUrl: publicUrl?.replace(/\/$/, ''),
    trustedProxies,
    local,
    oidc: file.oidc && toProviderSettings(file.oidc, secret),
    sessions: Object.freeze({ idleMs: durationMs(idle), absoluteMs: durationMs(absolute) }),
    tokens: Object.freeze({ lifetimeMs: durationMs(lifetime), maxLifetimeMs: durationMs(maxLifetime) }),
  });
}

function toProviderSettings(
  file: NonNullable<AccessFile['oidc']>,
  secret: string | undefined,
): ProviderSettings {
  const defaults = settingsDefaults.access.oidc;
  const { issuer, clientId, label = defaults.label, scopes = defaults.scopes, name = defaults.name } = file;
  const grants = Object.entries(file.roles.grants).map(([value, given]) => {
    return [value, given.map(({ role, flows = '*' }) => ({ role, flows }))] as const;
  });
  return Object.freeze({
    issuer,
    clientId,
    clientSecret: secret,
    label,
    scopes: [...new Set(['openid', ...scopes])],
    name,
    roles: { claim: file.roles.claim ?? defaults.roles.claim, grants: Object.fromEntries(grants) },
  });
}
