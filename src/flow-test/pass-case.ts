import { Fault, toFault } from '../contract/fault.ts';
import type { TestCase, TestExpect, TestTables, TestXref } from '../contract/generated/test.ts';
import type { LineStep } from '../contract/outcome.ts';
import { identifyRecord } from '../engine/line/identify-record.ts';
import { type PassResult, passRecord } from '../engine/line/pass-record.ts';
import type { Reference } from '../store/waiting/blocked.ts';
import type { Plan } from '../workspace/compile/plan.ts';

export type ExpectedOutcome = NonNullable<TestExpect['outcome']>;

/** What became of a case's record. Members are absent where the record did not come so far. */
export interface CaseOutcome {
  readonly outcome: ExpectedOutcome;
  readonly key?: string;
  /** What the flow's expressions saw. */
  readonly record?: unknown;
  /** What `set` or `map` made of it. */
  readonly entity?: unknown;
  readonly payload?: unknown;
  readonly fault?: Fault;
  readonly stage?: LineStep;
  /** Why it was filtered or is blocked, where that has been said. */
  readonly reason?: string;
  /** References that the mapping asked for and nobody gave. */
  readonly notGiven: readonly Reference[];
  readonly missing?: readonly Reference[];
  /** Leaves of the mapping that gave nothing. */
  readonly silent?: readonly string[];
}

/** What was given to a case, and what came of it. */
export interface Passage {
  readonly came: CaseOutcome;
  readonly xref: TestXref;
  readonly tables: TestTables;
}

/** A case's record through the flow's own part of the line, as the engine would send it. */
export async function passCase(
  plan: Plan,
  { given, hasOwnKey }: { readonly given: Pick<TestCase, 'record' | 'entity'>; readonly hasOwnKey: boolean },
  xrefs: TestXref,
): Promise<CaseOutcome> {
  const isNative = Object.hasOwn(given, 'record');
  const started = isNative ? plan : withoutConversion(plan);
  const native = isNative ? given.record : given.entity;
  const asked = new Map<string, Reference>();
  const xref = async (entity: string, key: string): Promise<string | undefined> => {
    const id = idIn(xrefs, entity, key);
    if (id === undefined) asked.set(`${entity}\n${key}`, { entity, key });
    return id;
  };
  // The resource's key stands in the native record alone.
  const keyed = isNative || hasOwnKey ? await keyOf(started, native) : {};
  if (keyed instanceof Fault) return { outcome: 'failed', stage: 'read', fault: keyed, notGiven: [] };
  const passed = await passRecord(started, native, { xref });
  return { ...keyed, ...toCame(passed), notGiven: [...asked.values()] };
}

function withoutConversion(plan: Plan): Plan {
  return { ...plan, steps: { ...plan.steps, toRecord: async (record: unknown) => record } };
}

function idIn(xrefs: TestXref, entity: string, key: string): string | undefined {
  const ids = Object.hasOwn(xrefs, entity) ? xrefs[entity] : undefined;
  return ids !== undefined && Object.hasOwn(ids, key) ? ids[key] : undefined;
}

/** Asked for before anything else, as when a record is read: one without a key goes to the errors at once. */
async function keyOf(plan: Plan, native: unknown): Promise<{ readonly key: string } | Fault> {
  try {
    const { key } = await identifyRecord(plan, native, Number.POSITIVE_INFINITY);
    return { key };
  } catch (thrown) {
    return toFault(thrown);
  }
}

/** The key of a native record; `undefined` where it has none. */
export async function keyOfRecord(plan: Plan, native: unknown): Promise<string | undefined> {
  const keyed = await keyOf(plan, native);
  return keyed instanceof Fault ? undefined : keyed.key;
}

function toCame(passed: PassResult): Omit<CaseOutcome, 'key' | 'notGiven'> {
  const trace = {
    ...('record' in passed && { record: passed.record }),
    ...('mapped' in passed && { entity: passed.mapped }),
    ...(passed.silent !== undefined && { silent: passed.silent }),
  };
  switch (passed.end) {
    case 'through':
      return { ...trace, outcome: 'delivered', payload: passed.payload };
    case 'filtered':
      return { ...trace, outcome: 'filtered', ...(passed.reason !== undefined && { reason: passed.reason }) };
    case 'blocked': {
      const { missing } = passed;
      const reason = missing.map(({ entity, key }) => `waits for ${entity} ${key}`).join(', ');
      return { ...trace, outcome: 'blocked', missing, reason };
    }
    case 'failed':
      return { ...trace, outcome: 'failed', stage: passed.stage, fault: passed.fault };
  }
}
