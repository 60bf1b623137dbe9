// Generated from schemas/flow.schema.json by npm run generate

/**
 * evolve: it passes as it is. freeze: the record fails. discard_row: the record is left out and counts as filtered. discard_value: the values that do not fit are taken out; the record fails if it still does not fit.
 */
export type FlowContractMode = 'evolve' | 'freeze' | 'discard_row' | 'discard_value';

/**
 * flows/NAME.yaml: moves the records of one resource to another, one flow a file.
 */
export interface FlowFile {
  /**
   * The flow's name, unique in the workspace. It stays the same for the life of the flow: cursor and history hang on it.
   */
  readonly flow: string;
  /**
   * What the flow does, in one line, for people.
   */
  readonly summary?: string;
  /**
   * What starts a run by itself. Without it the flow runs only when somebody says `tradelane run`.
   */
  readonly trigger?: {
    /**
     * Runs by the clock.
     */
    readonly schedule?: FlowSchedule;
  };
  /**
   * Where records are read from.
   */
  readonly source: FlowSource;
  /**
   * JSONata over the record, true or false. A record filtered out is counted, not delivered.
   */
  readonly filter?: string;
  /**
   * JSONata over the record that gives its key, text or a number. Default: the key that the source's resource says.
   */
  readonly key?: string;
  /**
   * JSONata leaves laid over the record; keys may be dotted paths (xp.erpNumber). Either `set` or `map`.
   */
  readonly set?: {
    readonly [k: string]: unknown;
  };
  /**
   * What replaces the record: an object of JSONata leaves, or the path of a .jsonata file, relative to this file.
   */
  readonly map?:
    | {
        readonly [k: string]: unknown;
      }
    | string;
  /**
   * Where records are written to.
   */
  readonly target: FlowTarget;
  /**
   * How records travel.
   */
  readonly delivery?: FlowDelivery;
  /**
   * How failures that may pass are tried again.
   */
  readonly retry?: FlowRetry;
  /**
   * What must be there before a record is written. Until then it waits as blocked, and goes by itself.
   */
  readonly requires?: FlowRequires;
  /**
   * What is done with a record that does not fit its schema. Default: `{ source: evolve, target: freeze }`.
   */
  readonly contract?: FlowContractMode | FlowContract;
  /**
   * Stop a run before it does harm and hold it until a person approves or rejects it. They do not hold replays.
   */
  readonly guards?: FlowGuards;
  /**
   * What is kept of the records and of what became of them. full: everything that was read, and what was sent. changes: batches in which anything was changed, or did not get through. failures: records that failed, waited or were replayed. none: nothing. Default: what `history.keep` of config/tradelane.yaml says.
   */
  readonly history?: 'full' | 'changes' | 'failures' | 'none';
}
export interface FlowSchedule {
  /**
   * Five fields (minute, hour, day of month, month, day of week), or six with seconds before them.
   */
  readonly cron: string;
  /**
   * IANA zone that the fields are read in, such as Europe/Berlin.
   */
  readonly timezone?: string;
  /**
   * What becomes of a tick while the run before it is still going: left out, or run afterwards.
   */
  readonly overlap?: 'skip' | 'queue';
  /**
   * How far back a tick that nobody was there to run is still made up for, once. 0s: never.
   */
  readonly catchup?: string;
}
export interface FlowSource {
  /**
   * A connection of config/connections.yaml.
   */
  readonly connection: string;
  /**
   * What is read from it.
   */
  readonly resource: string;
  /**
   * The canonical entity that the record becomes before the flow sees it. Leave it out for the native record.
   */
  readonly as?: string;
  /**
   * Request parameters, in the words of the system.
   */
  readonly where?: {
    readonly [k: string]: unknown;
  };
  /**
   * How far behind the cursor a run reads again, to catch what was committed late. What has not changed is not written again.
   */
  readonly lookback?: string;
}
export interface FlowTarget {
  /**
   * A connection of config/connections.yaml.
   */
  readonly connection: string;
  /**
   * What is written there.
   */
  readonly resource: string;
  /**
   * The canonical entity that the mapped record is; it is checked against the entity's schema and made native. Leave it out where the mapping gives the native payload.
   */
  readonly as?: string;
  /**
   * What is done to the target.
   */
  readonly write: 'create' | 'update' | 'upsert' | 'delete';
  /**
   * Allows `write: create` on a resource that can neither find nor upsert, and whose create may not be repeated: after a lost reply the record may be there twice.
   */
  readonly allowDuplicates?: boolean;
  /**
   * What becomes of a member that was delivered with a record and that the mapping does not give any more, where an update leaves alone what it does not name. keep: the target keeps what it has, and the run tells it. clear: the update sends null for it. A target that replaces the whole record with each write (PUT) loses it either way.
   */
  readonly absent?: 'keep' | 'clear';
}
export interface FlowDelivery {
  /**
   * every: each version of a record, in order. latest: a newer version replaces one that still waits. Default: latest for stock and price, every otherwise.
   */
  readonly mode?: 'every' | 'latest';
  /**
   * Records in one batch, at most.
   */
  readonly batch?: number;
  /**
   * Lanes worked at the same time.
   */
  readonly concurrency?: number;
  /**
   * Lanes that keys are spread over; within a lane order is kept. Fixed for the life of a flow.
   */
  readonly lanes?: number;
}
export interface FlowRetry {
  /**
   * Attempts in all, the first included.
   */
  readonly attempts?: number;
  /**
   * Wait before the second attempt.
   */
  readonly delay?: string;
  /**
   * Each wait is this many times the one before.
   */
  readonly factor?: number;
  /**
   * No wait is longer than this.
   */
  readonly maxDelay?: string;
  /**
   * Spreads the waits, so that many records do not come back in the same second.
   */
  readonly jitter?: boolean;
}
export interface FlowRequires {
  /**
   * Entities: where the mapping asks `$xref` for the id of one and the target does not have it yet, the record is blocked.
   *
   * @minItems 1
   */
  readonly xref: readonly string[];
}
export interface FlowContract {
  /**
   * For the record as `source.as` gives it, against the schema of that entity.
   */
  readonly source?: FlowContractMode;
  /**
   * For the mapped record, against the schema of its entity, and for the payload, against that of the target's resource.
   */
  readonly target?: FlowContractMode;
}
export interface FlowGuards {
  /**
   * The share of a run's records that may fail. Asked whenever records fail, once 20 of the run have an outcome.
   */
  readonly maxErrorRate?: string;
  /**
   * Records that one run may delete at the target (`write: delete`). The batch that would exceed it is not written.
   */
  readonly maxDeletes?: number;
  /**
   * How much a number of a record, such as its price, may differ from what was delivered last. The batch with such a record is not written.
   */
  readonly maxChange?: FlowMaxChange;
}
export interface FlowMaxChange {
  /**
   * JSONata over the mapped record that gives the number: a number or a decimal text. Where it gives nothing, the record is not compared.
   */
  readonly of: string;
  /**
   * The change allowed, up or down, as a share of what was delivered last. From zero every change is too large; the first delivery of a record is none.
   */
  readonly by: string;
  /**
   * Records of one run that may change by more than that.
   */
  readonly records?: number;
}
