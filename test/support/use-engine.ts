import { beforeEach } from 'vitest';
import type { EngineLimits } from '../../src/engine/engine.ts';
import type { Plan } from '../../src/workspace/compile/plan.ts';
import { type SharedDatabase, useDatabase } from './database.ts';
import { createPlan, createTestEngine, type PlanChanges, type TestEngine } from './engine.ts';
import {
  type Ability,
  createFakeSource,
  createFakeTarget,
  type FakeRecord,
  type FakeSource,
  type FakeTarget,
  pageOf,
} from './fake-system.ts';

const composed: readonly Ability[] = ['find', 'create', 'update'];

export interface FlowBetweenFakes {
  readonly source: FakeSource;
  readonly target: FakeTarget;
  readonly plan: Plan;
}

/** A flow between two fakes: what is left out of it is as `createPlan` has it. */
export type FlowWish = PlanChanges & {
  /** What the source gives, as one page. */
  readonly records?: readonly FakeRecord[];
  readonly cursor?: string;
  /** What the target can do; find, create and update if left out. */
  readonly abilities?: readonly Ability[];
};

/** The engine of the test under way. */
export interface FileEngine extends TestEngine {
  /** Counts the tests of the file: what has to have a name of its own is named by it. */
  readonly nth: number;
  /** Another process: what is known has to come from the database. */
  restart(limits?: Partial<EngineLimits>): void;
  setUp(wish?: FlowWish): FlowBetweenFakes;
}

export interface EngineWish {
  readonly limits?: Partial<EngineLimits>;
  /** `test`: each has a database of its own, where what others leave behind would be in its way. */
  readonly databaseFor?: 'file' | 'test';
}

/**
 * What the tests of a file share: a database of their own, and for each of them an engine that knows nothing yet. Called
 * once, at the top of the file; both are there as soon as its tests begin.
 */
export function useEngine({ limits = {}, databaseFor = 'file' }: EngineWish = {}): {
  readonly database: SharedDatabase;
  readonly tests: FileEngine;
} {
  const database = useDatabase(databaseFor);
  let current: TestEngine | undefined;
  let nth = 0;
  beforeEach(() => {
    nth += 1;
    current = undefined;
  });
  const engine = () => {
    current ??= createTestEngine(database.db, limits);
    return current;
  };
  return {
    database,
    tests: {
      get engine() {
        return engine().engine;
      },
      get nth() {
        return nth;
      },
      add: (plan) => engine().add(plan),
      read: (plan, options) => engine().read(plan, options),
      workOff: () => engine().workOff(),
      run: (plan, options) => engine().run(plan, options),
      load: (id) => engine().load(id),
      restart: (others = limits) => {
        current = createTestEngine(database.db, others);
      },
      setUp: ({ records = [], cursor, abilities = composed, ...changes } = {}) => {
        const source = createFakeSource([pageOf(records, cursor)]);
        const target = createFakeTarget(abilities);
        return { source, target, plan: createPlan(source, target, { flow: `flow-${nth}`, ...changes }) };
      },
    },
  };
}
