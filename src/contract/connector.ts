import type { ConnectionWatch } from './connection-watch.ts';
import type { Fault } from './fault.ts';
import { manifestDefaults } from './generated/defaults.ts';
import type { JsonObject } from './json.ts';
import { durationMs } from './quantity.ts';
import type { SharedLimits } from './shared-limits.ts';
import type { Soon } from './soon.ts';

/** The version of the contract between connectors and the engine, in code and in manifests (`apiVersion`). */
export const connectorApiVersion = 1;

/**
 * A connector is a value: how to talk to one kind of system. `open` binds it to one connection's
 * configuration; what comes back has one {@link Resource} for each thing that can be read or written.
 * What a resource can do is said by which functions it has: `resource.find` exists or it does not.
 */
export interface Connector {
  /** The version of this contract that it was written for; absent: 1. */
  readonly apiVersion?: number;
  readonly name: string;
  readonly summary: string;
  /** Whose clock shows a time that names no zone (IANA), unless the connection says another; absent: UTC. */
  readonly timezone?: string;
  /** JSON Schema of a connection's `config`. A property that is a secret has `writeOnly: true`. */
  readonly config: JsonObject;
  /** Resources every connection of this connector has; a connection may add its own. */
  readonly resources: Readonly<Record<string, ResourceDeclaration>>;
  /** JSON Schema of one resource declared on a connection, for connectors that allow that; absent otherwise. */
  readonly resource?: JsonObject;
  /**
   * Throws the Fault for settings that fit the schemas and that no run could use all the same; its message begins with
   * the path of what is wrong (`resources.stock.read.files must …`). Opens nothing.
   */
  readonly refuse?: (connection: ConnectionSettings) => void;
  /** JSON Schema of what a connection may say of answers (`responses`, `error`), for connectors that allow that. */
  readonly answers?: JsonObject;
  open(connection: ConnectionSettings, tools: ConnectorTools): OpenConnection;
}

/** A resource as it is declared in a manifest or on a connection: data, not yet bound to anything. */
export type ResourceDeclaration = JsonObject;

export interface ConnectionSettings {
  readonly name: string;
  /** Checked against the connector's `config` schema; secrets already in place. */
  readonly config: JsonObject;
  /** Resources declared on the connection, over those of the connector. */
  readonly resources: Readonly<Record<string, ResourceDeclaration>>;
  readonly limits: ConnectionLimits;
  /** Whose clock shows a time that names no zone (IANA); absent: that of the connector, else UTC. */
  readonly timezone?: string;
  /** Certificates and proxies, for connectors that go over a network. */
  readonly network?: NetworkSettings;
  /** `responses` and `error` as the connection has them, over those of the connector. */
  readonly answers?: JsonObject;
  /**
   * Where something of the file that the connection stands in is written, by its path from the top of that file; faults
   * of what is declared there name it. Absent where there is no file.
   */
  readonly placeOf?: (path: readonly (string | number)[]) => DeclarationPlace | undefined;
  /**
   * For connectors in YAML, which ask a system for nothing before. The configuration whole, where commands give parts of it: until then these stand in `config` as they are written.
   * Rejects with the Fault that says what cannot be had.
   */
  readonly load?: () => Promise<LateSettings>;
  /** The same once more, when a system has refused what it was given; `undefined`: nothing of it is another by now. */
  readonly renew?: () => Promise<LateSettings | undefined>;
  /** Folder that relative paths in the configuration start from. */
  readonly workspaceDir: string;
}

export type LateSettings = Pick<ConnectionSettings, 'config' | 'network'>;

export interface NetworkSettings {
  /** Hosts, addresses and ranges that answers may lead to, besides the origin of the base URL. */
  readonly allow?: readonly string[];
  /** Absent: requests go to the system itself. */
  readonly proxy?: ProxySettings;
  /** PEM texts; what `ca` holds is trusted besides what the machine trusts. `passphrase`: of `key`. */
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: string;
    readonly passphrase?: string;
  };
}

export interface ProxySettings {
  /** URL of the proxy for requests by https, with credentials if it wants any. */
  readonly https?: string;
  readonly http?: string;
  /** Hosts that are spoken to directly, as NO_PROXY lists them. */
  readonly except: string;
}

/** Line and column count from 1; `indent`: columns by which the lines of a block are indented. */
export interface DeclarationPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly indent?: number;
}

export interface ConnectionLimits {
  readonly requestsPerSecond?: number;
  /** Requests under way at once. */
  readonly concurrency?: number;
}

export interface ConnectorTools {
  readonly clock: Clock;
  readonly log: ConnectorLog;
  /** What the processes share of the connection's limits. Without it, they hold for this process alone. */
  readonly shared?: SharedLimits;
  /** What is remembered of lists over processes. Without it, it is for as long as the connection is open. */
  readonly pages?: PageLengths;
  /** The engine's own: is told of requests and waits. Calls of connectors in code are measured from outside. */
  readonly watch?: ConnectionWatch;
  /** For connectors in code, which have no expressions: a date as it is written becomes RFC 3339 in UTC. */
  readonly readDate?: ReadDate;
}

/**
 * `undefined`: the text is not written so. `format` has the tokens of Luxon, `timezone` (IANA) says whose clock it
 * shows unless it says so itself.
 */
export type ReadDate = (
  text: string,
  how: { readonly format: string; readonly timezone: string },
) => string | undefined;

/** The longest page that each list of a connection has ever given: a shorter one is its end. */
export interface PageLengths {
  longest(list: string): Promise<number>;
  /** Called for every page. */
  note(list: string, length: number): Promise<void>;
}

/** Milliseconds since 1970, UTC. Passed in, so that tests own the time. */
export interface Clock {
  now(): number;
}

/** Ids and codes only, never a payload or a credential. */
export interface ConnectorLog {
  debug(event: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
  warn(event: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
}

/** How long a system is given to finish a create that was given up, in milliseconds, where nothing else is stated. */
export const defaultSettleMs = durationMs(manifestDefaults.settle);

export interface OpenConnection {
  readonly resources: Readonly<Record<string, Resource>>;
  /** Proves that the connection works; throws the Fault that says why not. */
  check?(signal: AbortSignal): Promise<void>;
  /** How long the system may still be at work on a create that was given up, in milliseconds; 5 minutes where absent. */
  settleMs?(): Promise<number>;
  close(): Promise<void>;
}

export interface Resource {
  readonly name: string;
  /**
   * The key of a native record: its identity in this system. `undefined` where the record has none. Throws (or rejects
   * with) a Fault that says what stands there, if that is neither a text nor a number.
   */
  keyOf(record: unknown): Soon<string | undefined>;
  /** A value that grows with each version of a record (change time, row version); `undefined` where unknown. */
  versionOf?(record: unknown): Soon<string | undefined>;
  /** Where the cursor of its `read` is a time. */
  readonly cursorTime?: CursorTime;
  /** The canonical entity this resource maps to and from, and both directions. */
  readonly entity?: EntityMapping;
  /** JSON Schema of a native record as `create` takes it. */
  readonly schema?: JsonObject;
  readonly read?: (request: ReadRequest) => AsyncIterable<Page>;
  /** Looks records up by key; the answer has the same length and order as `keys`. */
  readonly find?: (keys: readonly string[], signal: AbortSignal) => Promise<readonly (Found | undefined)[]>;
  readonly create?: Write;
  /** The system makes one record of a create that is sent again, as by its `idempotencyKey`. Absent: it makes two. */
  readonly isCreateRepeatable?: true;
  /** Like `delete`, finds out by itself what it needs of a record (id, version tag) and was not given. */
  readonly update?: Write;
  /** Create or update in one, safe to repeat. Where it is absent, the engine composes it of find, create, update. */
  readonly upsert?: Write;
  readonly delete?: Write;
  /** Writes after which the system holds what was sent and nothing else of the record (PUT), for whoever only looks. */
  readonly replacing?: readonly ('update' | 'upsert')[];
  /**
   * What would be sent for an item, in place of its payload; absent where the payload is sent as it is, or together with
   * those of other items. Sends nothing.
   */
  readonly bodyOf?: (kind: 'create' | 'update' | 'upsert', item: WriteItem) => Promise<unknown>;
  /** How many records one call of create, update, upsert or delete takes to the system at once; 1 if absent. */
  readonly bulkSize?: number;
}

/** A cursor that is a time, whatever the form in which the system writes it. */
export interface CursorTime {
  /** So many milliseconds earlier, in the same form. */
  moveBack(cursor: string, ms: number): string;
  /** A moment (milliseconds since 1970) in the form of another cursor. */
  toFormOf(sample: string, ms: number): string;
}

export interface EntityMapping {
  /** `order`, `customer`, `stock`, `price`, … */
  readonly name: string;
  /** Native record → canonical entity. Throws a Fault that names the place in the manifest. */
  readonly from?: (record: unknown) => Soon<unknown>;
  /** Canonical entity → native payload. Throws a Fault that names the place in the manifest. */
  readonly to?: (entity: unknown) => Soon<unknown>;
}

export interface ReadRequest {
  /** Read what changed at or after this cursor; everything when absent. The lower bound is closed. */
  readonly cursor?: string;
  /** Do not read past this cursor value (`--until`); checked by the reader where the system cannot. */
  readonly until?: string;
  /** The flow's `where`: request parameters, in the words of the system. */
  readonly where: JsonObject;
  /** Only to see whether it can be read: a page of one record will do, and nothing behind it is asked for. */
  readonly isSample?: true;
  readonly signal: AbortSignal;
}

/** One page of native records. */
export interface Page {
  readonly records: readonly SourceRecord[];
  /**
   * The cursor that may be committed together with this page: everything below it has been handed over.
   * Absent while the order of the read does not allow to move the cursor yet.
   */
  readonly cursor?: string;
  /** Records of it that cannot move the cursor. Absent: all can, or the read has none. */
  readonly cursorTrouble?: CursorTrouble;
  /** Called once the page is durable. A file reader archives the file then. Must be safe to call again. */
  readonly done?: () => Promise<void>;
}

/** How many records of a page have no value for the cursor, and how many have one that cannot be ordered. */
export interface CursorTrouble {
  readonly nothing: number;
  readonly unordered: number;
  /** How one that cannot be ordered is written, without saying it: `00.00.0000`. */
  readonly form?: string;
  /** Those of `nothing` for which the cursor's expression failed, and why it did for the first. */
  readonly failed?: { readonly records: number; readonly message: string };
}

/** A record as it was read, or why one could not be read (a broken CSV line): that one is counted and kept too. */
export type SourceRecord =
  | { readonly record: unknown }
  | { readonly fault: Fault /** what can be shown of it */; readonly raw: string };

/** A record that the target already has. */
export interface Found {
  readonly id: string;
  /** Version tag for a conditional update (ETag). */
  readonly etag?: string;
  readonly record: unknown;
}

/**
 * Writes a batch and returns a result per item, in the same order. Throws a Fault only where nothing can be said of any
 * item before the first was sent (wrong credentials, unreachable): then the whole batch has not been written.
 */
export type Write = (items: readonly WriteItem[], signal: AbortSignal) => Promise<readonly WriteResult[]>;

export interface WriteItem {
  readonly key: string;
  /** The target's own id, where it is known. */
  readonly id?: string;
  readonly etag?: string;
  readonly payload: unknown;
  /** The payload as JSON, where that is at hand: what `JSON.stringify` makes of it. */
  readonly text?: string;
  /** A UUID. The same on every attempt at one effect, another for the next one, even if it writes the same. */
  readonly idempotencyKey: string;
}

export type WriteResult =
  | { readonly ok: true; readonly id?: string; readonly etag?: string }
  | {
      readonly ok: false;
      readonly fault: Fault;
      /**
       * It is certain that the system has done nothing about the item: it was never sent, or turned away before it was
       * worked on (429, a connection refused). Absent: the fault's code says what is known.
       */
      readonly isUnwritten?: true;
      /**
       * The system has answered this itself, so it is no longer at work on the item, whatever has become of it. Absent:
       * what `OpenConnection.settleMs` says is waited for before a create is sent again.
       */
      readonly isOver?: true;
    };
