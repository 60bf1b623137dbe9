import { createMemberSets } from '../../src/engine/absent/member-sets.ts';
import { defaultEngineLimits, type Engine, type EngineLimits } from '../../src/engine/engine.ts';
import { workLane } from '../../src/engine/lanes/work-lane.ts';
import { readRun } from '../../src/engine/runs/read-run.ts';
import { startRun } from '../../src/engine/runs/start-run.ts';
import { createEngineLog } from '../../src/observe/engine-log.ts';
import { createLogger } from '../../src/observe/logger.ts';
import { findIdleLanes } from '../../src/store/line/lanes.ts';
import type { Database } from '../../src/store/postgres/database.ts';
import { loadRun, type Run, type RunOptions } from '../../src/store/runs/runs.ts';
import type { Plan } from '../../src/workspace/compile/plan.ts';
import type { FakeSource, FakeTarget } from './fake-system.ts';

/** An engine whose queue is the test itself: nothing happens until `workOff`. */
export interface TestEngine {
  readonly engine: Engine;
  add(plan: Plan): void;
  /** Reads a run of the flow to its end; nothing is delivered yet. */
  read(plan: Plan, options?: RunOptions): Promise<number>;
  /** Works every lane that has something due, until none has. */
  workOff(): Promise<void>;
  run(plan: Plan, options?: RunOptions): Promise<Run>;
  load(id: number): Promise<Run>;
}

const never = new AbortController().signal;

export function createTestEngine(db: Database, limits: Partial<EngineLimits> = {}): TestEngine {
  const plans = new Map<string, Plan>();
  const engine: Engine = {
    db,
    clock: { now: () => Date.now() },
    log: createEngineLog(createLogger('silent', process.stderr)),
    random: () => 0,
    loadPlan: async (hash) => plans.get(hash) ?? Promise.reject(new Error(`no plan ${hash}`)),
    wake: { lane: async () => {}, run: async () => {}, bulk: async () => {} },
    tell: { recorded: () => {}, turned: () => {} },
    owner: 'test',
    doubts: new Map(),
    members: createMemberSets(),
    answers: new Map(),
    shapes: new Map(),
    outspoken: new Set(),
    limits: { ...defaultEngineLimits, ...limits },
  };
  const self: TestEngine = {
    engine,
    add: (plan) => {
      plans.set(plan.hash, plan);
    },
    read: async (plan, options = {}) => {
      self.add(plan);
      const id = await startRun(engine, { flow: plan.flow, hash: plan.hash, documents: [], plan }, options);
      await readRun(engine, id, never);
      return id;
    },
    workOff: async () => {
      for (let lanes = await findIdleLanes(db); lanes.length > 0; lanes = await findIdleLanes(db)) {
        for (const lane of lanes) await workLane(engine, lane, never);
      }
    },
    run: async (plan, options) => {
      const id = await self.read(plan, options);
      await self.workOff();
      return await self.load(id);
    },
    load: async (id) => {
      const run = await loadRun(db, id);
      if (!run) throw new Error(`no run ${id}`);
      return run;
    },
  };
  return self;
}

export type PlanChanges = Partial<
  Pick<Plan, 'flow' | 'hash' | 'retry' | 'schedule' | 'requires' | 'guards' | 'history'>
> & {
  readonly write?: Plan['target']['write'];
  /** The connection of the target; else one of the flow's own. */
  readonly connection?: string;
  /** `thing` if left out. */
  readonly entity?: string;
  readonly check?: NonNullable<Plan['target']['check']>;
  /** How long the target may be at work on a create that was given up; 0: what is not there is created again at once. */
  readonly settleMs?: number;
  readonly absent?: Plan['target']['absent'];
  readonly delivery?: Partial<Plan['delivery']>;
  readonly steps?: Partial<Plan['steps']>;
};

/** A plan from a fake source to a fake target that passes everything through. */
export function createPlan(source: FakeSource, target: FakeTarget, changes: PlanChanges = {}): Plan {
  const { write = 'upsert', delivery, steps, connection, check, ...others } = changes;
  const { entity = 'thing', settleMs = 0, absent = 'keep', ...rest } = others;
  const flow = changes.flow ?? 'things';
  return {
    flow,
    summary: undefined,
    hash: `hash-of-${flow}`,
    schedule: undefined,
    source: {
      connection: 'shop',
      resource: source.resource,
      entity: undefined,
      where: {},
      timezone: 'UTC',
      lookbackMs: 0,
    },
    target: {
      connection: connection ?? `erp of ${flow}`,
      resource: target.resource,
      entity,
      write,
      allowDuplicates: false,
      absent,
      settleMs: async () => settleMs,
      ...(check && { check }),
    },
    steps: {
      toRecord: async (native) => native,
      keyOf: async (native) => source.resource.keyOf(native),
      map: async (value) => ({ value }),
      toPayload: async (value) => value,
      ...steps,
    },
    delivery: { mode: 'every', batch: 100, concurrency: 4, lanes: 4, ...delivery },
    retry: { attempts: 3, delayMs: 0, factor: 1, maxDelayMs: 0, jitter: false },
    requires: { xref: [] },
    guards: undefined,
    history: 'changes',
    ...rest,
  };
}
