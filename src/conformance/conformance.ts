import type { Connector, OpenConnection } from '../contract/connector.ts';
import type { JsonObject } from '../contract/json.ts';
import type { Simulator } from '../simulator/simulator.ts';
import type { RunningSimulator } from '../simulator/start-simulator.ts';

/** What the suite has to be told of a connector; everything else it finds in the connector itself. */
export interface Conformance {
  /** The connector: its `connector.yaml`, or the value that its code exports. */
  readonly connector: Connector | URL;
  /** The stand-in for its system, made with `tradelane/simulator`. */
  readonly simulator: Simulator;
  readonly size?: Readonly<Record<string, number>>;
  /** Config that the system must refuse: `{ clientSecret: 'wrong' }`. */
  readonly wrongConfig: JsonObject;
  readonly resources: Readonly<Record<string, ResourceCase>>;
  /** What the connection declares, where the connector has no resources of its own. */
  readonly declared?: Readonly<Record<string, JsonObject>>;
}

export interface ResourceCase {
  /** How many records a full read gives. */
  readonly count?: number;
  /** Keys of records that are wrong on purpose: their entity must not be valid. */
  readonly invalid?: readonly string[];
  /** Changes one record in the system and gives its key. With it: reading on from the cursor sees that record. */
  readonly change?: (subject: Subject) => Promise<string>;
  readonly writes?: readonly WriteCase[];
}

export interface WriteCase {
  readonly operation: 'create' | 'update' | 'upsert';
  readonly key: string;
  /** Canonical where the resource maps one (`entity.to`), otherwise the native payload. */
  readonly value: unknown;
  /** What the system must hold afterwards: part of the native record that `find` gives. */
  readonly holds: JsonObject;
  /** The system commits, but its answer is lost: the outcome is unknown, until somebody looks. */
  readonly replyLost?: true;
  /** The system itself would create it twice: only whoever looks first is safe. */
  readonly createsTwice?: true;
}

/** Everything that a test works on. */
export interface Subject {
  readonly running: RunningSimulator;
  readonly connection: OpenConnection;
  readonly connector: Connector;
}
