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
   * Where the API listens. Beyond the machine itself only where this says so, and then behind something that speaks TLS.
   */
  readonly listen?: string;
  /**
   * So often may one caller ask the API of one process within a minute; then it is refused with 429.
   */
  readonly requestsPerMinute?: number;
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
  /**
   * What is kept of records and of what became of them, and for how long. What is too old or too much is dropped in whole parts, a day or a sixteenth of the size each.
   */
  readonly history?: {
    /**
     * Of flows that do not say it themselves (`history` in a flow file).
     */
    readonly keep?: 'full' | 'changes' | 'failures' | 'none';
    /**
     * What is older is dropped, up to a day later.
     */
    readonly maxAge?: string;
    /**
     * What history may take in the database, with its indexes. The oldest parts of it are dropped beyond that.
     */
    readonly maxSize?: string;
  };
}
