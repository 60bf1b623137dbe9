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
  /**
   * Who comes in how, and for how long. Users and tokens are in the database: `tradelane user`, `tradelane token`.
   */
  readonly access?: {
    /**
     * How browsers reach Tradelane: in one-time links, and where an identity provider sends them back to. Scheme, host and port, without a path.
     */
    readonly publicUrl?: string;
    /**
     * May users come in with a password that is kept here? One-time links (`tradelane user link`) let in either way.
     */
    readonly local?: boolean;
    /**
     * When somebody who has logged in has to do so again.
     */
    readonly sessions?: {
      /**
       * So long without a request, and a session is over.
       */
      readonly idle?: string;
      /**
       * So long after the login it is over, however busy it is.
       */
      readonly absolute?: string;
    };
    /**
     * How long API tokens let in.
     */
    readonly tokens?: {
      /**
       * Of a token of which nobody has said it.
       */
      readonly lifetime?: string;
      /**
       * No token that is made from now on lets in for longer.
       */
      readonly maxLifetime?: string;
    };
  };
  /**
   * Encrypts what the database holds of payloads. Without it, the variable TRADELANE_ENCRYPTION_KEY has the keys, separated by commas; without either, payloads are kept in clear.
   */
  readonly encryption?: {
    /**
     * Keys of 32 bytes each, as base64. The first wraps what is new; the others still open what they have wrapped.
     *
     * @minItems 1
     *
     * Items: A key, taken from the environment or from a file.
     */
    readonly keys: readonly string[];
  };
}
