import type { Caller, Grant } from '../../../src/app/access/caller.ts';
import { localCaller } from '../../../src/app/access/caller.ts';
import type { LoginPlace } from '../../../src/app/access/sessions/sessions.ts';
import type { OpenDatabase } from '../../../src/app/open/open-database.ts';
import { type AccessSettings, toAccessSettings } from '../../../src/workspace/parts/access-settings.ts';
import type { SharedDatabase } from '../../support/database.ts';

/** A clock that stands still until it is moved. */
export interface TestClock {
  now(): number;
  pass(ms: number): void;
}

export function createTestClock(start = Date.parse('2026-11-29T08:00:00Z')): TestClock {
  let now = start;
  return {
    now: () => now,
    pass: (ms) => {
      now += ms;
    },
  };
}

/** The database of the tests, under a clock of theirs and without a workspace. */
export function openForAccess(database: SharedDatabase, clock: TestClock): OpenDatabase {
  return {
    get db() {
      return database.db;
    },
    clock,
    findWorkspace: async () => undefined,
    requireWorkspace: async () => {
      throw new Error('there is no workspace in this test');
    },
    parseDocuments: async () => {
      throw new Error('there is no workspace in this test');
    },
  };
}

export const accessDefaults: AccessSettings = toAccessSettings();
export const operator: Caller = localCaller('operator');
export const everything: readonly Grant[] = [{ role: 'admin', flows: '*' }];

export function placeAt(address: string, rest: Partial<LoginPlace> = {}): LoginPlace {
  return { address, client: 'a browser', session: undefined, browser: undefined, ...rest };
}
