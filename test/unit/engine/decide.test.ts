import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { createMemberSets } from '../../../src/engine/absent/member-sets.ts';
import { decide } from '../../../src/engine/line/decide/decide.ts';
import type { Effect, Knowledge, MadeRecord } from '../../../src/engine/line/decide/effect.ts';
import { turnOf } from '../../../src/engine/line/decide/turn.ts';
import type { Delivery } from '../../../src/store/line/deliveries.ts';
import type { Xref } from '../../../src/store/line/xrefs.ts';
import type { Plan } from '../../../src/workspace/compile/plan.ts';
import { createPlan } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget } from '../../support/fake-system.ts';

type Write = Plan['target']['write'];

const planOf = (
  write: Write,
  kinds = ['find', 'create', 'update'] as Parameters<typeof createFakeTarget>[0],
) => createPlan(createFakeSource(), createFakeTarget(kinds), { write });

const made = (
  key: string,
  { fingerprint = 'new', version = '2' } = {},
): MadeRecord & { readonly payload: unknown } => ({
  item: { record: { key, version, native: {} }, runId: 1, attempts: 0 },
  payload: { key },
  text: JSON.stringify({ key }),
  fingerprint,
});

const delivered = (key: string, fingerprint: string, version = '1'): Delivery => ({
  key,
  fingerprint,
  version,
  measure: undefined,
  members: undefined,
});

const known = (some: Partial<Knowledge> = {}): Knowledge => ({
  earlier: new Map(),
  recorded: new Map(),
  xrefs: new Map(),
  settleMs: 0,
  answers: new Map(),
  owners: [],
  members: createMemberSets(),
  ...some,
});

const xref = (some: Partial<Xref>): ReadonlyMap<string, Xref> =>
  new Map([['A', { key: 'A', targetId: undefined, ...some }]]);

const one = (plan: Plan, record: MadeRecord, some: Partial<Knowledge> = {}): Effect =>
  decide(plan, [record], known(some))[0]!;

describe('decide', () => {
  const A = made('A');
  const found = (id: string) => ({ answers: new Map([[A.item, { id, record: {} }]]) });
  const absent = { answers: new Map([[A.item, undefined]]) };

  it.each<[string, Write, Partial<Knowledge>, object]>([
    ['asks before it creates or updates', 'upsert', {}, { do: 'ask' }],
    ['creates what is not there', 'upsert', absent, { do: 'create' }],
    ['updates what is there', 'upsert', found('T1'), { do: 'update', id: 'T1', isFound: true }],
    [
      'updates what is known, unasked',
      'upsert',
      { xrefs: xref({ targetId: 'T1' }) },
      { do: 'update', id: 'T1' },
    ],
    ['creates what was never reserved, unasked', 'create', {}, { do: 'create' }],
    ['asks for what was reserved', 'create', { xrefs: xref({}) }, { do: 'ask' }],
    [
      'confirms what an earlier attempt made',
      'create',
      { xrefs: xref({}), ...found('T1') },
      { do: 'confirm', id: 'T1' },
    ],
    [
      'waits while the target may be at work on it',
      'create',
      { xrefs: xref({}), ...absent, settleMs: 9 },
      { do: 'wait' },
    ],
    [
      'creates again where nobody can be at work on it',
      'create',
      { xrefs: xref({}), ...absent },
      { do: 'create' },
    ],
    ['makes once what is made once', 'create', { xrefs: xref({ targetId: 'T1' }) }, { do: 'nothing' }],
    [
      'fails what could not be asked for',
      'upsert',
      { answers: new Map([[A.item, new Fault('TL_TARGET_REJECTED', 'no')]]) },
      { do: 'fail' },
    ],
    [
      'writes to no record of another key',
      'upsert',
      { ...found('T1'), owners: [{ key: 'B', targetId: 'T1' }] },
      { do: 'fail', fault: { code: 'TL_TARGET_ID_TAKEN' } },
    ],
    [
      'leaves what the target has',
      'upsert',
      { recorded: new Map([['A', delivered('A', 'new')]]) },
      { do: 'skip', outcome: 'unchanged' },
    ],
    [
      'leaves what is older',
      'upsert',
      { recorded: new Map([['A', delivered('A', 'x', '3')]]) },
      { do: 'skip', outcome: 'superseded' },
    ],
    [
      'goes by what was delivered just now',
      'upsert',
      { recorded: new Map([['A', delivered('A', 'new')]]), earlier: new Map([['A', delivered('A', 'x')]]) },
      { do: 'ask' },
    ],
  ])('%s (%s)', (_what, write, some, effect) => {
    expect(one(planOf(write), A, some)).toMatchObject(effect);
  });

  it('gives up a create whose attempts are used up, once nobody can be at work on it', () => {
    const plan = planOf('create');
    const tired = { ...A, item: { ...A.item, attempts: plan.retry.attempts } };
    const some = {
      xrefs: xref({ doubt: { forMs: 9, leftMs: 0 } }),
      answers: new Map([[tired.item, undefined]]),
      settleMs: 9,
    };
    expect(one(plan, tired, some)).toMatchObject({ do: 'giveUp', fault: { code: 'TL_TARGET_UNKNOWN' } });
  });

  it('leaves what the flow leaves out, but for what it has created before', () => {
    const blocked: MadeRecord = {
      item: A.item,
      left: { end: 'blocked', missing: [{ entity: 'customer', key: 'C' }] },
    };
    expect(one(planOf('create'), blocked)).toMatchObject({ do: 'leave', left: blocked.left });
    expect(one(planOf('create'), blocked, { xrefs: xref({ targetId: 'T1' }) })).toMatchObject({
      do: 'skip',
      isCreated: true,
    });
  });

  it('takes the key for the id where nothing can be looked up', () => {
    expect(one(planOf('upsert', ['upsert']), A)).toMatchObject({ do: 'upsert', id: 'A' });
  });

  it('gives one effect for each record, in their order, and changes nothing that it was given', () => {
    const records = [
      made('A'),
      { item: made('B').item, left: { end: 'filtered' } },
      made('C', { fingerprint: 'old' }),
    ] as const;
    const state = known({ recorded: new Map([['C', delivered('C', 'old')]]) });
    const before = JSON.stringify([records, [...state.recorded]]);
    expect(decide(planOf('upsert'), records, state).map((effect) => effect.do)).toEqual([
      'ask',
      'leave',
      'skip',
    ]);
    expect(JSON.stringify([records, [...state.recorded]])).toBe(before);
  });
});

describe('turnOf', () => {
  const plan = (mode: 'latest' | 'every') =>
    createPlan(createFakeSource(), createFakeTarget(['create']), { delivery: { mode } });
  it.each([
    ['every', '2', undefined, 'free'],
    ['every', '2', { version: '1' }, 'queued'],
    ['latest', '2', { version: '1' }, 'replaces'],
    ['latest', '1', { version: '2' }, 'superseded'],
    ['latest', 'b', { version: '28.02.2026' }, 'queued'],
    ['latest', '2', {}, 'replaces'],
  ] as const)('%s: version %s beside %j → %s', (mode, version, ahead, turn) => {
    expect(turnOf(plan(mode), { version }, ahead)).toBe(turn);
  });
});
