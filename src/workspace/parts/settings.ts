import { isJsonObject } from '../../contract/json.ts';
import { parseDuration, parseSize } from '../../contract/quantity.ts';

/** config/tradelane.yaml. Where the database and the queue are, the environment says. */
export interface Settings {
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** How long a stopping process waits for what is under way. */
  readonly shutdownTimeoutMs: number;
  /** How long what a process was working on stays its own after it died. */
  readonly leaseMs: number;
  /** A staged batch is closed at this size, however few records it holds. */
  readonly maxBatchBytes: number;
  /** A single record larger than this fails with TL_RECORD_TOO_LARGE. */
  readonly maxRecordBytes: number;
}

export const defaultSettings: Settings = Object.freeze({
  logLevel: 'info',
  shutdownTimeoutMs: 30_000,
  leaseMs: 30_000,
  maxBatchBytes: 4 * 1024 ** 2,
  maxRecordBytes: 5 * 1024 ** 2,
});

/** The settings of a checked document; whatever it leaves out has its default. */
export function toSettings(value: unknown): Settings {
  const given = isJsonObject(value) ? value : {};
  const text = (name: string): string => (typeof given[name] === 'string' ? given[name] : '');
  const levels = ['debug', 'info', 'warn', 'error'] as const;
  return Object.freeze({
    logLevel: levels.find((level) => level === given.logLevel) ?? defaultSettings.logLevel,
    shutdownTimeoutMs: parseDuration(text('shutdownTimeout')) ?? defaultSettings.shutdownTimeoutMs,
    leaseMs: parseDuration(text('lease')) ?? defaultSettings.leaseMs,
    maxBatchBytes: parseSize(text('maxBatch')) ?? defaultSettings.maxBatchBytes,
    maxRecordBytes: parseSize(text('maxRecord')) ?? defaultSettings.maxRecordBytes,
  });
}
