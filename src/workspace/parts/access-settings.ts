import { settingsDefaults } from '../../contract/generated/defaults.ts';
import type { SettingsFile } from '../../contract/generated/settings.ts';
import { durationMs } from '../../contract/quantity.ts';

/** `access` of config/tradelane.yaml: who comes in how, and for how long. */
export interface AccessSettings {
  /** How browsers reach Tradelane: scheme, host and port, without a slash at the end. */
  readonly publicUrl: string;
  /** May users come in with a password of ours? */
  readonly local: boolean;
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

export function toAccessSettings(file: SettingsFile['access'] = {}): AccessSettings {
  const defaults = settingsDefaults.access;
  const { publicUrl, local } = { ...defaults, ...file };
  const { idle, absolute } = { ...defaults.sessions, ...file.sessions };
  const { lifetime, maxLifetime } = { ...defaults.tokens, ...file.tokens };
  return Object.freeze({
    publicUrl: publicUrl.replace(/\/$/, ''),
    local,
    sessions: Object.freeze({ idleMs: durationMs(idle), absoluteMs: durationMs(absolute) }),
    tokens: Object.freeze({ lifetimeMs: durationMs(lifetime), maxLifetimeMs: durationMs(maxLifetime) }),
  });
}
