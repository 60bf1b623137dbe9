import pino, { type Logger } from 'pino';

export type { Logger };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/**
 * Logs go to standard error, one JSON line each; standard output belongs to what a command prints.
 * Only ids, codes and numbers are logged; names that could hold a credential are cut out all the same.
 */
export function createLogger(level: LogLevel, stream: NodeJS.WritableStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretPaths, remove: true },
    },
    stream as never,
  );
}

const secretPaths = [
  'password',
  'token',
  'secret',
  'authorization',
  'clientSecret',
  'accessToken',
  'config',
  'headers',
].flatMap((name) => [name, `*.${name}`]);
