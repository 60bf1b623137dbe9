import type { Clock } from '../contract/connector.ts';
import { settingsDefaults } from '../contract/generated/defaults.ts';
import { durationMs, sizeBytes } from '../contract/quantity.ts';
import type { EngineLog } from '../observe/engine-log.ts';
import type { LearnedShape } from '../schema/shape/shape.ts';
import type { Database } from '../store/postgres/database.ts';
import type { Plan } from '../workspace/compile/plan.ts';
import type { MemberSets } from './absent/member-sets.ts';

/** What the engine is given: it opens nothing itself and knows no globals. */
export interface Engine {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: EngineLog;
  /** 0 ≤ x < 1, for jitter. */
  readonly random: () => number;
  /** The plan of a run, compiled from what was stored with it. */
  readonly loadPlan: (hash: string) => Promise<Plan>;
  readonly wake: Wake;
  readonly tell: RunTeller;
  /** Names this process in leases. */
  readonly owner: string;
  readonly limits: EngineLimits;
  /** By connection: records that got no clear answer since the last that did. */
  readonly doubts: Map<string, Set<string>>;
  /** Which members records had as they were delivered, as far as this process knows. */
  readonly members: MemberSets;
  /** By connection: when a record last got an answer over it, in milliseconds since 1970. */
  readonly answers: Map<string, number>;
  /** What records of each resource look like, as far as this process knows. */
  readonly shapes: Map<string, Promise<LearnedShape>>;
  /** Runs of whose mapping every leaf has given something, as far as this process knows. */
  readonly outspoken: Set<number>;
}

/** Hurries work along. Losing a call loses nothing: the sweep finds what is due. */
export interface Wake {
  lane(at: { readonly flow: string; readonly lane: number }, delayMs?: number): Promise<void>;
  run(id: number): Promise<void>;
  /** A frozen set of errors that has something left to be done. */
  bulk(id: number): Promise<void>;
}

/** Informs who follows runs. Losing a call loses nothing: who follows looks for himself now and then. */
export interface RunTeller {
  /** Records of these runs have been read, or have come to their end. */
  recorded(runs: readonly number[]): void;
  /** The run has another status than before. */
  turned(run: number): void;
}

export interface EngineLimits {
  readonly leaseMs: number;
  /** A flow's staged bytes at which its reader waits for the target. */
  readonly maxStagedBytes: number;
  /** Bytes of source records gathered before they are staged. */
  readonly stageBytes: number;
  /** A record larger than this goes to the errors. */
  readonly maxRecordBytes: number;
  /** How long to wait before asking again, when a connection's configuration or credentials are wrong. */
  readonly pauseMs: number;
  /** From the moment a connection is found away to the first probe; each pause after that is twice as long. */
  readonly probeMs: number;
  /** A system that asks for a longer pause than this is asked again after it. */
  readonly maxThrottleMs: number;
  /** A record that has waited so long because its target is throttled uses up attempts from then on. */
  readonly throttledForMs: number;
}

export const defaultEngineLimits: EngineLimits = {
  leaseMs: durationMs(settingsDefaults.lease),
  maxStagedBytes: 64 * 1024 * 1024,
  stageBytes: sizeBytes(settingsDefaults.maxBatch),
  maxRecordBytes: sizeBytes(settingsDefaults.maxRecord),
  pauseMs: 60_000,
  probeMs: 1_000,
  maxThrottleMs: 15 * 60_000,
  throttledForMs: 24 * 3_600_000,
};
