// Generated from schemas/settings.schema.json by npm run generate

/**
 * config/tradelane.yaml: settings of the engine. Database and queue come from the environment (DATABASE_URL, REDIS_URL).
 */
export interface SettingsFile {
  /**
   * The least important events that are logged.
   */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error';
  /**
   * How long a stopping process waits for batches under way before it leaves them to others.
   */
  readonly shutdownTimeout?: string;
  /**
   * How long what a process was working on stays its own after it died; then others take it over. A live process renews it three times as often.
   */
  readonly lease?: string;
  /**
   * A staged batch is closed at this size, however few records it holds. Bounds the memory a batch takes.
   */
  readonly maxBatch?: string;
  /**
   * A single record larger than this is not delivered; it goes to the errors as TL_RECORD_TOO_LARGE.
   */
  readonly maxRecord?: string;
}
