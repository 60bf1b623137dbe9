import { settingsDefaults } from '../../contract/generated/defaults.ts';
import type { FlowFile } from '../../contract/generated/flow.ts';
import type { SettingsFile } from '../../contract/generated/settings.ts';
import { isJsonObject } from '../../contract/json.ts';
import { durationMs, sizeBytes } from '../../contract/quantity.ts';
import { type AccessSettings, toAccessSettings } from './access-settings.ts';

/** config/tradelane.yaml. Where the database and the queue are, the environment says. */
export interface Settings {
  readonly logLevel: NonNullable<SettingsFile['logLevel']>;
  /** Where the API listens: `HOST:PORT`. */
  readonly listen: string;
  /** Of one caller of the API. */
  readonly requestsPerMinute: number;
  /** How long a stopping process waits for what is under way. */
  readonly shutdownTimeoutMs: number;
  /** How long what a process was working on stays its own after it died. */
  readonly leaseMs: number;
  /** A staged batch is closed at this size, however few records it holds. */
  readonly maxBatchBytes: number;
  /** A single record larger than this fails with TL_RECORD_TOO_LARGE. */
  readonly maxRecordBytes: number;
  readonly history: HistorySettings;
  readonly access: AccessSettings;
}

export interface HistorySettings {
  /** Of flows that do not say it themselves. */
  readonly keep: HistoryLevel;
  readonly maxAgeMs: number;
  /** In the database, with indexes. */
  readonly maxBytes: number;
}

/** What is kept of records and of what became of them. */
export type HistoryLevel = NonNullable<FlowFile['history']>;

/**
 * The settings of a document without mistakes, or of none; whatever it leaves out has its default.
 * @param written - the same with its references as they are written
 */
export function toSettings(value: unknown, written: unknown = value): Settings {
  const file: SettingsFile = isJsonObject(value) ? value : {};
  const secret = isJsonObject(written) ? (written as SettingsFile).access?.oidc?.clientSecret : undefined;
  const { logLevel, listen, requestsPerMinute, shutdownTimeout, lease, maxBatch, maxRecord } = {
    ...settingsDefaults,
    ...file,
  };
  const { keep, maxAge, maxSize } = { ...settingsDefaults.history, ...file.history };
  return Object.freeze({
    logLevel,
    listen,
    requestsPerMinute,
    shutdownTimeoutMs: durationMs(shutdownTimeout),
    leaseMs: durationMs(lease),
    maxBatchBytes: sizeBytes(maxBatch),
    maxRecordBytes: sizeBytes(maxRecord),
    history: Object.freeze({ keep, maxAgeMs: durationMs(maxAge), maxBytes: sizeBytes(maxSize) }),
    access: toAccessSettings(file.access, secret),
  });
}
