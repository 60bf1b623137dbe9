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
     * How browsers reach Tradelane, where that is not where it listens: in one-time links, and where an identity provider sends them back to. Scheme, host and port, without a path; http on this machine only.
     */
    readonly publicUrl?: string;
    /**
     * Addresses or ranges of proxies in front of Tradelane. What they say in `X-Forwarded-For` of where a request comes from is believed; without it, failed logins of all people behind a proxy are counted together.
     */
    readonly trustedProxies?: readonly string[];
    /**
     * May users come in with a password that is kept here? One-time links (`tradelane user link`) let in either way.
     */
    readonly local?: boolean;
    /**
     * An identity provider that lets people in (OpenID Connect): Entra ID, Okta, Keycloak, Google and others. What they may, it says with each login.
     */
    readonly oidc?: {
      /**
       * The provider, as its discovery document names it (`issuer` in `/.well-known/openid-configuration`).
       */
      readonly issuer: string;
      /**
       * What Tradelane is called there.
       */
      readonly clientId: string;
      /**
       * Its password there; none for a public client.
       */
      readonly clientSecret?: string;
      /**
       * What people know it by.
       */
      readonly label?: string;
      /**
       * What is asked for; `openid` is always.
       */
      readonly scopes?: readonly string[];
      /**
       * The claim that users are called by here when they come for the first time.
       */
      readonly name?: string;
      /**
       * What people may, by what the provider says of them. Whoever has none of these is not let in.
       */
      readonly roles: {
        /**
         * The claim with the names of roles or groups; dots lead into objects (`realm_access.roles`).
         */
        readonly claim?: string;
        /**
         * By such a name: roles here, and over which flows.
         */
        readonly grants: {
          /**
           * What whoever has it may.
           *
           * @minItems 1
           * @maxItems 50
           *
           * Items: A role over flows.
           */
          readonly [k: string]: {
            /**
             * The role; each may what the one before it may, and more.
             */
            readonly role: 'viewer' | 'support' | 'integrator' | 'admin';
            /**
             * Over these flows: a name, with `*` for any part of it. An admin is one over all of them.
             */
            readonly flows?: string;
          }[];
        };
      };
    };
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
     * Items: A key, taken from the environment, from a file, or from a command.
     */
    readonly keys: readonly string[];
  };
}
