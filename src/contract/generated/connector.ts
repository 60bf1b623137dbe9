// Generated from schemas/connector.schema.json by npm run generate

/**
 * How requests prove who sends them: an object, or the path in the configuration where one stands.
 */
export type ManifestAuth =
  | string
  | {
      /**
       * none, basic, bearer, apiKey or oauth2; or a template that gives one of these.
       */
      readonly type: string;
      /**
       * User name (basic, oauth2 password). A template.
       */
      readonly username?: string;
      /**
       * Password (basic, oauth2 password). A template.
       */
      readonly password?: string;
      /**
       * Token (bearer). A template.
       */
      readonly token?: string;
      /**
       * Where the key goes (apiKey).
       */
      readonly in?: 'header' | 'query';
      /**
       * Name of the header or query parameter (apiKey). A template.
       */
      readonly name?: string;
      /**
       * The key (apiKey). A template.
       */
      readonly value?: string;
      /**
       * How a token is got (oauth2): clientCredentials, password or refreshToken.
       */
      readonly grant?: string;
      /**
       * Token endpoint (oauth2). A template.
       */
      readonly tokenUrl?: string;
      /**
       * Client id (oauth2). A template.
       */
      readonly clientId?: string;
      /**
       * Client secret (oauth2). A template.
       */
      readonly clientSecret?: string;
      /**
       * Scope to ask for (oauth2). A template.
       */
      readonly scope?: string;
      /**
       * Refresh token (oauth2 refreshToken). A template.
       */
      readonly refreshToken?: string;
      /**
       * Client id and secret go into the form, or into an Authorization header (oauth2).
       */
      readonly clientAuth?: 'body' | 'basic';
      /**
       * Further form fields of a token request (oauth2).
       */
      readonly params?: {
        /**
         * Value of the field.
         */
        readonly [k: string]: string | number | boolean;
      };
    };
/**
 * A status, or a family of them such as "5xx".
 */
export type ManifestStatusMatch = number | string;
/**
 * What a request is for.
 */
export type ManifestOperation = 'read' | 'find' | 'create' | 'update' | 'upsert' | 'delete';
/**
 * A detail that does not count.
 */
export type ManifestKeyDetail = 'case' | 'spaces' | 'leadingZeros';
/**
 * HTTP method.
 */
export type ManifestMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
/**
 * What may come in place of the list, because the system is known to answer so: `object`, one record that stands alone; `empty` (null or an empty text), `missing` (the member is left out) and `noBody` (an empty answer), no records.
 */
export type ManifestInstead = ManifestInsteadOf | readonly ManifestInsteadOf[];
/**
 * Something that is no list.
 */
export type ManifestInsteadOf = 'object' | 'empty' | 'missing' | 'noBody';
/**
 * How a list that comes in pages is walked through.
 */
export type ManifestPaging =
  | ManifestPagingPage
  | ManifestPagingOffset
  | ManifestPagingToken
  | ManifestPagingLink
  | ManifestPagingNext
  | ManifestPagingKeyset;
/**
 * Where the paging parameters go: into the query, or as members into the body.
 */
export type ManifestIn = 'query' | 'body';

/**
 * A connector in YAML: how to talk to one kind of system over HTTP and JSON.
 */
export interface Manifest {
  /**
   * Name of the connector; also that of its folder.
   */
  readonly connector: string;
  /**
   * The version of this grammar that it is written in.
   */
  readonly apiVersion?: 1;
  /**
   * One line about it.
   */
  readonly summary: string;
  /**
   * The vendor's documentation.
   */
  readonly docs?: string;
  /**
   * Connections declare their own resources.
   */
  readonly generic?: boolean;
  /**
   * JSON Schema of a connection's `config`; every property has a description, secrets have writeOnly: true.
   */
  readonly config: {
    /**
     * A configuration is an object.
     */
    readonly type: 'object';
    /**
     * The members of the configuration.
     */
    readonly properties?: {
      /**
       * JSON Schema of one member.
       */
      readonly [k: string]: {
        /**
         * What the member is, for docs, forms and completion.
         */
        readonly description: string;
        readonly [k: string]: unknown;
      };
    };
    readonly [k: string]: unknown;
  };
  /**
   * Where paths start. May hold {{expressions}}.
   */
  readonly baseUrl: string;
  /**
   * Headers of every request; or one template that gives an object of them.
   */
  readonly headers?: ManifestHeaders | string;
  readonly auth?: ManifestAuth;
  /**
   * What the system allows; a connection's own limits win.
   */
  readonly limits?: {
    /**
     * Requests a second, evenly spread, in all processes together.
     */
    readonly requestsPerSecond?: number;
    /**
     * Requests under way at once, in all processes together. If left out: in each of them 16, and up to 64 where answers come as quickly then.
     */
    readonly concurrency?: number;
  };
  /**
   * Longest time a request may take, up to the last byte of its answer: one for all, or one for each kind of operation. A create that is given up is in doubt for minutes, so of a duration written here it gets twice as much, and 2m at least; what `{{config.timeout}}` gives holds for creates as it is.
   */
  readonly timeout?:
    | string
    | {
        /**
         * Of a read.
         */
        readonly read?: string;
        /**
         * Of a find.
         */
        readonly find?: string;
        /**
         * Of a create.
         */
        readonly create?: string;
        /**
         * Of an update.
         */
        readonly update?: string;
        /**
         * Of an upsert.
         */
        readonly upsert?: string;
        /**
         * Of a delete.
         */
        readonly delete?: string;
      };
  /**
   * Whose clock shows the times of the system that name no zone: an IANA name. A connection can state its own.
   */
  readonly timezone?: string;
  /**
   * How long the system may still be at work on a create that got no clear answer. Until then the record is in doubt: looked for, and not created again. If left out, it is twice the `timeout` of a create where that is more than the default. Creates that are safe to repeat need none.
   */
  readonly settle?: string;
  /**
   * Largest answer that is read.
   */
  readonly maxResponse?: string;
  /**
   * Charset of answers whose content type names none, by a name of the WHATWG Encoding Standard.
   */
  readonly charset?: string;
  /**
   * Answers that mean something else here than their status says; tried first to last, before the default table.
   */
  readonly responses?: readonly ManifestResponseRow[];
  /**
   * Where a refusal holds the system's own words.
   */
  readonly error?: {
    /**
     * JSONata: the system's words, over the body of a refusal.
     */
    readonly message?: string;
    /**
     * JSONata: the system's error code, over the body of a refusal.
     */
    readonly code?: string;
  };
  /**
   * What can be read or written, by name.
   */
  readonly resources?: {
    readonly [k: string]: ManifestResource;
  };
}
/**
 * Headers by name, as templates; one without a value is left out.
 */
export interface ManifestHeaders {
  /**
   * Value of the header; a text may hold {{expressions}}.
   */
  readonly [k: string]: string | number | boolean;
}
/**
 * An answer that means something else here than its status says.
 */
export interface ManifestResponseRow {
  /**
   * Status, family ("5xx"), or a list of these; every status but 2xx if left out.
   */
  readonly status?: ManifestStatusMatch | readonly ManifestStatusMatch[];
  /**
   * The operations that the row is about; if left out, all that its code can be about: TL_TARGET_… writes, TL_SOURCE_… reads and finds, `absent` reads, finds and deletes.
   */
  readonly on?: ManifestOperation | readonly ManifestOperation[];
  /**
   * JSONata: a condition over the parsed body; the status alone decides if left out.
   */
  readonly when?: string;
  /**
   * Fault that such an answer stands for; `ok`: it went well, whatever it looks like; `absent`: there is no such record, or no records.
   */
  readonly code:
    | 'ok'
    | 'absent'
    | 'TL_SYSTEM_UNREACHABLE'
    | 'TL_SYSTEM_UNAVAILABLE'
    | 'TL_SYSTEM_TIMEOUT'
    | 'TL_SYSTEM_THROTTLED'
    | 'TL_SYSTEM_BAD_RESPONSE'
    | 'TL_SYSTEM_RESPONSE_TOO_LARGE'
    | 'TL_AUTH_REFUSED'
    | 'TL_AUTH_FORBIDDEN'
    | 'TL_CONNECTION_CONFIG'
    | 'TL_SOURCE_REJECTED'
    | 'TL_SOURCE_UNREADABLE'
    | 'TL_SOURCE_RECORD'
    | 'TL_TARGET_REJECTED'
    | 'TL_TARGET_NOT_FOUND'
    | 'TL_TARGET_DUPLICATE'
    | 'TL_TARGET_AMBIGUOUS'
    | 'TL_TARGET_FIND_REFUSED'
    | 'TL_TARGET_ID_UNCLEAR'
    | 'TL_TARGET_ID_TAKEN'
    | 'TL_TARGET_CONFLICT'
    | 'TL_TARGET_UNKNOWN'
    | 'TL_KEY_MISSING'
    | 'TL_KEY_INVALID'
    | 'TL_VALIDATE_ENTITY'
    | 'TL_VALIDATE_PAYLOAD'
    | 'TL_FILTER_FAILED'
    | 'TL_MAP_FAILED'
    | 'TL_MAP_REFUSED'
    | 'TL_MAP_SLOW'
    | 'TL_RECORD_TOO_LARGE'
    | 'TL_GUARD_TRIPPED'
    | 'TL_RUN_REJECTED'
    | 'TL_TAKEN_OUT'
    | 'TL_ARGUMENT_INVALID'
    | 'TL_WORKSPACE_INVALID'
    | 'TL_NOT_FOUND'
    | 'TL_CONFLICT'
    | 'TL_UNAUTHENTICATED'
    | 'TL_FORBIDDEN'
    | 'TL_TOO_MANY_REQUESTS'
    | 'TL_PAUSED'
    | 'TL_STORE_UNAVAILABLE'
    | 'TL_ENCRYPTION'
    | 'TL_LEASE_LOST'
    | 'TL_RUN_STOPPED'
    | 'TL_DEFECT';
  /**
   * Why this row exists.
   */
  readonly because: string;
}
/**
 * Something that can be read or written: orders, salesOrders.
 */
export interface ManifestResource {
  /**
   * One line about the resource.
   */
  readonly summary?: string;
  /**
   * JSONata: the key of a native record: its identity in this system. Plain paths are fast.
   */
  readonly key: string;
  /**
   * What does not count when two keys are compared: `case`, `spaces` around it, `leadingZeros` of a number.
   */
  readonly keyIgnores?: ManifestKeyDetail | readonly ManifestKeyDetail[];
  /**
   * JSONata: the system's own id of a native record; the key if left out.
   */
  readonly id?: string;
  /**
   * A value of a native record that grows with each change: JSONata, or value and format of a date such as 28.02.2026, which has no order as it stands. In order are numbers, times with the year first, and what counts up behind a fixed sign (v12, W/"12", row versions, ULIDs). What cannot be ordered makes no record superseded: it is delivered, and told.
   */
  readonly version?:
    | string
    | {
        /**
         * JSONata: the date as the system writes it.
         */
        readonly value: string;
        /**
         * How it is written, in the tokens of Luxon, as for $date.
         */
        readonly format: string;
        /**
         * Whose clock it shows (IANA), unless it says so itself. If left out: that of the connection.
         */
        readonly timezone?: string;
      };
  /**
   * JSONata: the version tag of a native record.
   */
  readonly etag?: string;
  /**
   * JSON Schema of a payload as create takes it.
   */
  readonly schema?: {
    readonly [k: string]: unknown;
  };
  readonly entity?: ManifestEntity;
  readonly read?: ManifestRead;
  readonly find?: ManifestFind;
  readonly create?: ManifestCreate;
  readonly update?: ManifestUpdate;
  readonly upsert?: ManifestUpsert;
  readonly delete?: ManifestDelete;
}
/**
 * The canonical entity this resource maps to and from.
 */
export interface ManifestEntity {
  /**
   * Canonical entity: order, customer, stock, price, …
   */
  readonly name: string;
  /**
   * Canonical entity, over a native record; the connection's configuration is $config.
   */
  readonly from?: unknown;
  /**
   * Native payload, over a canonical entity; the connection's configuration is $config.
   */
  readonly to?: unknown;
}
/**
 * Reads records, page by page.
 */
export interface ManifestRead {
  /**
   * HTTP method.
   */
  readonly method?: ManifestMethod;
  /**
   * Path from the base URL on, as a template. What its expressions give is percent-encoded; one without a value is a fault.
   */
  readonly path: string;
  readonly query?: ManifestQuery;
  readonly headers?: ManifestHeaders;
  /**
   * Body of the request, for searches by POST.
   */
  readonly body?: unknown;
  /**
   * JSONata: the list of records, over the response body; the body itself if left out. An answer without a list there is a fault, not an empty list.
   */
  readonly records?: string;
  readonly instead?: ManifestInstead;
  readonly paging?: ManifestPaging;
  readonly cursor?: ManifestCursor;
  /**
   * Further requests for each record, by the name of the member their records are put into.
   */
  readonly attach?: {
    readonly [k: string]: ManifestAttachment;
  };
}
/**
 * Query parameters by name, as templates; one without a value is left out, a list gives its parameter several times.
 */
export interface ManifestQuery {
  /**
   * Value of the parameter; a text may hold {{expressions}}.
   */
  readonly [k: string]: string | number | boolean | readonly (string | number | boolean)[];
}
/**
 * Numbered pages: 1, 2, 3, …
 */
export interface ManifestPagingPage {
  /**
   * Pages are numbered.
   */
  readonly type: 'page';
  /**
   * Parameter with the number of the page.
   */
  readonly param: string;
  readonly size?: ManifestPageSize;
  /**
   * Number of the first page.
   */
  readonly first?: number;
  /**
   * JSONata: number of pages, over the response body. Where it is there it decides, and must be a count; otherwise an empty page is the last one, or one that is shorter than asked for and than others have been.
   */
  readonly total?: string;
  readonly in?: ManifestIn;
}
/**
 * How many records a page has at the most. A page with fewer is the last one if the list is known to give longer ones; else the next one is asked for.
 */
export interface ManifestPageSize {
  /**
   * Parameter that asks for this many records; left out where the size is fixed or asked for elsewhere.
   */
  readonly param?: string;
  /**
   * Records a full page has.
   */
  readonly value: number;
}
/**
 * Records to pass over: 0, 100, 200, …
 */
export interface ManifestPagingOffset {
  /**
   * So many records are passed over.
   */
  readonly type: 'offset';
  /**
   * Parameter with the number of records to pass over.
   */
  readonly param: string;
  readonly size?: ManifestPageSize;
  /**
   * JSONata: number of records, over the response body. Where it is there it decides, and must be a count; otherwise an empty page is the last one, or one that is shorter than asked for and than others have been.
   */
  readonly total?: string;
  readonly in?: ManifestIn;
}
/**
 * Each page names the token of the next one.
 */
export interface ManifestPagingToken {
  /**
   * Each page names the token of the next.
   */
  readonly type: 'token';
  /**
   * Parameter the token goes into.
   */
  readonly param: string;
  /**
   * JSONata: the token of the next page, over the response body; the last page has none.
   */
  readonly token: string;
  readonly size?: ManifestPageSize;
  readonly in?: ManifestIn;
}
/**
 * A Link header with rel=next names the next page (RFC 8288). It must stand on the origin of the base URL.
 */
export interface ManifestPagingLink {
  /**
   * A Link header names the next page.
   */
  readonly type: 'link';
  readonly size?: ManifestPageSize;
}
/**
 * The body names the URL of the next page.
 */
export interface ManifestPagingNext {
  /**
   * The body names the URL of the next page.
   */
  readonly type: 'next';
  /**
   * JSONata: absolute or relative URL of the next page, over the response body; the last page has none. It must stand on the origin of the base URL.
   */
  readonly url: string;
  readonly size?: ManifestPageSize;
}
/**
 * Each page asks for what comes after the last record of the one before.
 */
export interface ManifestPagingKeyset {
  /**
   * Each page is asked for by the last record of the one before.
   */
  readonly type: 'keyset';
  /**
   * JSONata: the value to go on from, over the last record of a page.
   */
  readonly last: string;
  /**
   * Query parameters from the second page on, with `last` in scope.
   */
  readonly query?: ManifestQuery;
  /**
   * Members of the body from the second page on, with `last` in scope; for searches by POST.
   */
  readonly body?: unknown;
  /**
   * JSONata: number of records that this very request fits, on this page and behind it, over the response body. Where it is there it decides.
   */
  readonly total?: string;
  readonly size?: ManifestPageSize;
  readonly in?: ManifestIn;
}
/**
 * Incremental reading; without it every read is a full one.
 */
export interface ManifestCursor {
  /**
   * JSONata: the value of a record that grows with each change.
   */
  readonly value: string;
  /**
   * How values are compared.
   */
  readonly type?: 'time' | 'number' | 'text';
  /**
   * Query parameters laid over the request when there is a cursor, with `cursor` in scope. The lower bound must be closed.
   */
  readonly query?: ManifestQuery;
  /**
   * Members of the body laid over the request when there is a cursor.
   */
  readonly body?: unknown;
  /**
   * `ascending`: records come in the cursor's order, so it moves with each page. `none`: it moves only after the last page. A time moves no further than the moment the read began; what is no time must come in its order where there are pages.
   */
  readonly order?: 'none' | 'ascending';
  /**
   * What is laid over the request when the read has an end, with `until` in scope. Without it everything is read and what lies behind the end is left out.
   */
  readonly until?: {
    /**
     * Query parameters laid over the request.
     */
    readonly query?: ManifestQuery;
    /**
     * Members of the body laid over the request.
     */
    readonly body?: unknown;
  };
  /**
   * Cursor of a read that was given none; `none`: such a read is a full one.
   */
  readonly default?: string | number;
}
/**
 * A further request for each record (`record` in scope), whose records are put into it.
 */
export interface ManifestAttachment {
  /**
   * HTTP method.
   */
  readonly method?: ManifestMethod;
  /**
   * Path from the base URL on, as a template. What its expressions give is percent-encoded; one without a value is a fault.
   */
  readonly path: string;
  readonly query?: ManifestQuery;
  readonly headers?: ManifestHeaders;
  /**
   * Body of the request, for searches by POST.
   */
  readonly body?: unknown;
  /**
   * JSONata: the list of records, over the response body; the body itself if left out. An answer without a list there is a fault, not an empty list.
   */
  readonly records?: string;
  readonly instead?: ManifestInstead;
  readonly paging?: ManifestPaging;
}
/**
 * Looks records up by key, and proves that what is found has it. A 404 means that there is none where the path names the record.
 */
export interface ManifestFind {
  /**
   * HTTP method.
   */
  readonly method?: ManifestMethod;
  /**
   * Path from the base URL on, as a template. What its expressions give is percent-encoded; one without a value is a fault.
   */
  readonly path: string;
  readonly query?: ManifestQuery;
  readonly headers?: ManifestHeaders;
  /**
   * Body of the request, for searches by POST.
   */
  readonly body?: unknown;
  /**
   * JSONata: the list of records found, over the response body; the body is the one record if left out. An answer without a list there is a fault, not "not there".
   */
  readonly records?: string;
  readonly instead?: ManifestInstead;
  readonly paging?: ManifestPaging;
  /**
   * Looks several keys up with one request, with `keys` in scope in place of `key`.
   */
  readonly bulk?: {
    /**
     * Keys in one request.
     */
    readonly size: number;
  };
  /**
   * JSONata: the key of a record found, to prove that it is the one; the resource's key if left out. `$key` is the one that was asked for, for answers that do not have it.
   */
  readonly key?: string;
  /**
   * The system gives more than was asked for, as a full-text search does: records with other keys are passed over, and if none is left there is none. Without it, such an answer proves nothing, and the record becomes an error.
   */
  readonly loose?: boolean;
}
/**
 * Creates a record.
 */
export interface ManifestCreate {
  /**
   * HTTP method.
   */
  readonly method?: ManifestMethod;
  /**
   * Path from the base URL on, as a template. What its expressions give is percent-encoded; one without a value is a fault.
   */
  readonly path: string;
  readonly query?: ManifestQuery;
  readonly headers?: ManifestHeaders;
  /**
   * Body of the request, over payload, key, id, etag, idempotencyKey and config; the payload if left out.
   */
  readonly body?: unknown;
  /**
   * JSONata: the target's id, over the response body. If left out, the resource's id over an answer that has the record's own key; else it is looked up.
   */
  readonly id?: string;
  /**
   * JSONata: the version tag, over the response body. If left out, the resource's etag over an answer that has the record's own key, or the ETag header.
   */
  readonly etag?: string;
  readonly bulk?: ManifestBulk;
  /**
   * The system recognises a create that it has seen before, so that it may be sent again after a lost answer. Assumed for PUT, and where `idempotencyKey` is sent. Such a resource needs no `find` to be created on.
   */
  readonly idempotent?: boolean;
}
/**
 * Several records in one request, with a result for each. A record that the answer does not name has an unknown outcome. A request refused as a whole is halved until the record to blame is found.
 */
export interface ManifestBulk {
  /**
   * Records in one request.
   */
  readonly size: number;
  /**
   * Body of the request, over records = [{payload, key, id, etag, idempotencyKey}] and config; the list of payloads if left out.
   */
  readonly body?: unknown;
  /**
   * JSONata: the list of results, over the response body.
   */
  readonly results?: string;
  /**
   * JSONata: the key of the record a result belongs to, over the result; by position if left out.
   */
  readonly match?: string;
  /**
   * JSONata: the target's id, over a result. If left out, as of a single write.
   */
  readonly id?: string;
  /**
   * JSONata: the version tag, over a result.
   */
  readonly etag?: string;
  /**
   * JSONata: true where a result says that its record was refused, over the result.
   */
  readonly failed?: string;
  /**
   * JSONata: the system's words, over a result that failed.
   */
  readonly message?: string;
  /**
   * JSONata: the system's error code, over a result that failed.
   */
  readonly code?: string;
  /**
   * Where failures stand in a list of their own.
   */
  readonly failures?: {
    /**
     * JSONata: the list of failures, over the response body.
     */
    readonly list: string;
    /**
     * JSONata: the key, or list of keys, that a failure is about, over the failure.
     */
    readonly keys: string;
    /**
     * JSONata: the system's words, over a failure.
     */
    readonly message?: string;
    /**
     * JSONata: the system's error code, over a failure.
     */
    readonly code?: string;
  };
}
/**
 * Updates a record. An id or etag that is needed but not known is asked for with `find`.
 */
export interface ManifestUpdate {
  /**
   * The system then holds what was sent and nothing else of the record, so that `plan` shows what it would lose. Assumed for PUT (RFC 9110); `false` where the system keeps what a PUT does not name.
   */
  readonly replaces?: boolean;
  /**
   * HTTP method.
   */
  readonly method?: ManifestMethod;
  /**
   * Path from the base URL on, as a template. What its expressions give is percent-encoded; one without a value is a fault.
   */
  readonly path: string;
  readonly query?: ManifestQuery;
  readonly headers?: ManifestHeaders;
  /**
   * Body of the request, over payload, key, id, etag, idempotencyKey and config; the payload if left out.
   */
  readonly body?: unknown;
  /**
   * JSONata: the target's id, over the response body. If left out, the resource's id over an answer that has the record's own key; else it is looked up.
   */
  readonly id?: string;
  /**
   * JSONata: the version tag, over the response body. If left out, the resource's etag over an answer that has the record's own key, or the ETag header.
   */
  readonly etag?: string;
  readonly bulk?: ManifestBulk;
}
/**
 * Creates or updates a record in one, safe to repeat.
 */
export interface ManifestUpsert {
  /**
   * The system then holds what was sent and nothing else of the record, so that `plan` shows what it would lose. Assumed for PUT (RFC 9110); `false` where the system keeps what a PUT does not name.
   */
  readonly replaces?: boolean;
  /**
   * HTTP method.
   */
  readonly method?: ManifestMethod;
  /**
   * Path from the base URL on, as a template. What its expressions give is percent-encoded; one without a value is a fault.
   */
  readonly path: string;
  readonly query?: ManifestQuery;
  readonly headers?: ManifestHeaders;
  /**
   * Body of the request, over payload, key, id, etag, idempotencyKey and config; the payload if left out.
   */
  readonly body?: unknown;
  /**
   * JSONata: the target's id, over the response body. If left out, the resource's id over an answer that has the record's own key; else it is looked up.
   */
  readonly id?: string;
  /**
   * JSONata: the version tag, over the response body. If left out, the resource's etag over an answer that has the record's own key, or the ETag header.
   */
  readonly etag?: string;
  readonly bulk?: ManifestBulk;
}
/**
 * Deletes a record. A 404 means that it is done.
 */
export interface ManifestDelete {
  /**
   * HTTP method.
   */
  readonly method?: ManifestMethod;
  /**
   * Path from the base URL on, as a template. What its expressions give is percent-encoded; one without a value is a fault.
   */
  readonly path: string;
  readonly query?: ManifestQuery;
  readonly headers?: ManifestHeaders;
  /**
   * Body of the request, over payload, key, id, etag, idempotencyKey and config; the payload if left out.
   */
  readonly body?: unknown;
  /**
   * JSONata: the target's id, over the response body. If left out, the resource's id over an answer that has the record's own key; else it is looked up.
   */
  readonly id?: string;
  /**
   * JSONata: the version tag, over the response body. If left out, the resource's etag over an answer that has the record's own key, or the ETag header.
   */
  readonly etag?: string;
  readonly bulk?: ManifestBulk;
}
