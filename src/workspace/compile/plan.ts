import type { OpenConnection, Resource } from '../../contract/connector.ts';
import type { Fault } from '../../contract/fault.ts';
import type { FlowDelivery, FlowSchedule, FlowTarget } from '../../contract/generated/flow.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { Soon } from '../../contract/soon.ts';
import type { Deviation } from '../../schema/deviation.ts';
import type { HistoryLevel } from '../parts/settings.ts';

/**
 * A flow compiled once: connector, schema, mapping and limits are resolved, nothing is looked up by name
 * afterwards. Frozen. `hash` covers every workspace file the plan was made of, so a run is pinned to it.
 */
export interface Plan {
  readonly flow: string;
  readonly summary: string | undefined;
  /** SHA-256, hexadecimal, over the documents the plan was compiled from. */
  readonly hash: string;
  readonly schedule: Schedule | undefined;
  readonly source: SourcePlan;
  readonly target: TargetPlan;
  readonly steps: Steps;
  readonly delivery: DeliveryPlan;
  readonly retry: RetryPlan;
  readonly requires: RequiresPlan;
  readonly guards: GuardsPlan | undefined;
  readonly history: HistoryLevel;
}

export interface Schedule {
  readonly cron: string;
  /** IANA zone. */
  readonly timezone: string;
  readonly overlap: NonNullable<FlowSchedule['overlap']>;
  /** How far back a missed tick is still made up for. 0: never. */
  readonly catchupMs: number;
}

export interface SourcePlan {
  readonly connection: string;
  readonly resource: Resource;
  /** Canonical entity of the record the flow's expressions see; `undefined`: the native record. */
  readonly entity: string | undefined;
  readonly where: JsonObject;
  readonly lookbackMs: number;
  /** Whose clock shows a time of a record that names no zone (IANA). */
  readonly timezone: string;
}

export interface TargetPlan {
  readonly connection: string;
  readonly resource: Resource;
  readonly entity: string | undefined;
  readonly write: FlowTarget['write'];
  readonly allowDuplicates: boolean;
  /** What becomes of members that the target was given before and that a record does not have any more. */
  readonly absent: NonNullable<FlowTarget['absent']>;
  /** Proves that the connection works; throws the Fault that says why not. */
  readonly check?: OpenConnection['check'];
  /** How long the target may still be at work on a create that was given up, in milliseconds. */
  readonly settleMs: () => Promise<number>;
}

export interface DeliveryPlan {
  readonly mode: NonNullable<FlowDelivery['mode']>;
  /** Records in one staged batch. */
  readonly batch: number;
  /** Lanes worked at the same time. */
  readonly concurrency: number;
  /** Lanes the keys are spread over; fixed for the life of a flow. */
  readonly lanes: number;
}

export interface RetryPlan {
  readonly attempts: number;
  readonly delayMs: number;
  readonly factor: number;
  readonly maxDelayMs: number;
  readonly jitter: boolean;
}

/** What a record waits for, blocked, before it is written. */
export interface RequiresPlan {
  /** Entities: a record whose mapping asks `$xref` for one of these needs an answer. */
  readonly xref: readonly string[];
}

/** What stops a run before it does harm. Percentages are decimal texts without their sign: `2.5`. */
export interface GuardsPlan {
  /** The share of a run's records that may fail. */
  readonly maxErrorRatePercent?: string;
  /** Records that one run may delete. */
  readonly maxDeletes?: number;
  /** By how much the number of `Steps.measure` may change, and how many records of a run may all the same. */
  readonly maxChange?: { readonly byPercent: string; readonly records: number };
}

/**
 * The flow's own part of the line, in the order in which it runs. Each throws a Fault that says where, and gives a
 * promise only where something has to be waited for.
 */
export interface Steps {
  /** Native record → the record the flow's expressions see (`source.as`); the identity without `as`. */
  toRecord(native: unknown): Soon<unknown>;
  /** Checks the record against the schema of `source.as`. Absent: nothing to check. */
  readonly validateRecord?: (record: unknown) => ValidationResult;
  /** The record's key. `native` and `record` are the same datum before and after `toRecord`. */
  keyOf(native: unknown, record: () => Soon<unknown>): Soon<string | undefined>;
  /** Where the flow says what the key is: `flows/orders.yaml:3:6`. Absent: the resource does. */
  readonly keyAt?: string;
  /** Does the flow want this record? Absent: every one. */
  readonly filter?: (record: unknown) => Soon<boolean>;
  /** `set` or `map`; the identity where the flow has neither. */
  map(record: unknown, bindings: MapBindings): Soon<MapResult>;
  /** Checks the mapped record against the schema of `target.as`. Absent: nothing to check. */
  readonly validateEntity?: (entity: unknown) => ValidationResult;
  /** The number of the mapped record that `guards.maxChange` watches, as a decimal text. Absent: nothing is watched. */
  readonly measure?: (entity: unknown) => Soon<string | undefined>;
  /** Canonical entity → the target's native payload; the identity without `target.as`. */
  toPayload(entity: unknown): Soon<unknown>;
  /** Checks the payload against the schema of the target's resource. Absent: it has none. */
  readonly validatePayload?: (payload: unknown) => ValidationResult;
}

/** What a border lets through, and what was noticed there; of a frozen one nothing is noticed, as the record fails. */
export type ValidationResult = { readonly unfit: readonly Deviation[] } & (
  | { readonly value: unknown }
  /** Left out, and why. */
  | { readonly skipped: string }
  | { readonly fault: Fault }
);

/** What a mapping may ask the engine for while it runs. */
export interface MapBindings {
  /** `$xref(entity, id)`: the id the target knows this one by, `undefined` if it does not. */
  readonly xref: (entity: string, id: string) => Soon<string | undefined>;
}

/** A mapped record, or the reason the mapping gave with `$skip(reason)` for leaving it out. */
export type MapResult =
  | {
      readonly value: unknown;
      /** Leaves that gave nothing: `map.status`. Absent where there are none that could. */
      readonly silent?: readonly string[];
    }
  | { readonly skipped: string };
