import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { termOf } from '../../../src/contract/text/search-terms.ts';
import { rejectRun } from '../../../src/engine/approval/decide-approval.ts';
import { takeWaiting } from '../../../src/engine/divide/take-waiting.ts';
import { hurryFlow } from '../../../src/engine/waiting/hurry-flow.ts';
import type { KeptRecord } from '../../../src/store/history/block.ts';
import { findBlocks, findBlocksOfRun } from '../../../src/store/history/find-blocks.ts';
import { hasText, loadBlocks } from '../../../src/store/history/load-blocks.ts';
import { pageOf } from '../../support/fake-system.ts';
import { startReplay } from '../../support/start-replay.ts';
import { useEngine } from '../../support/use-engine.ts';

/** Every record that a run has read has its step in history, by whatever door it left the line. */

const { database, tests } = useEngine();

/** What is kept of a run, the oldest first: `KEY outcome`, and what else is said of it. */
async function stepsOf(runId: number): Promise<readonly KeptRecord[]> {
  const refs = await findBlocksOfRun(database.db, { runId, limit: 1_000 });
  const blocks = await loadBlocks(database.db, refs.toReversed());
  return blocks.flatMap(({ records }) => records);
}

const tell = ({ record, end }: KeptRecord) =>
  [record.key, end.outcome, end.did, end.targetId, end.fault?.code]
    .filter((part) => part !== undefined)
    .join(' ');

const told = async (runId: number) => (await stepsOf(runId)).map(tell).sort();

const busy = new Fault('TL_SYSTEM_UNAVAILABLE', 'busy');
const refused = new Fault('TL_TARGET_REJECTED', 'not like this');

describe('what is kept of a run', () => {
  it('says of each record what became of it, by its id at the target', async () => {
    const { source, target, plan } = tests.setUp({
      records: [{ key: 'A', mail: 'anna@example.org' }, { key: 'B' }, { key: 'C' }],
      delivery: { lanes: 1 },
    });
    target.refuse = ({ key }) => (key === 'B' ? { fault: refused } : undefined);
    const first = await tests.run(plan);
    expect(await told(first.id)).toEqual([
      'A delivered create id-1',
      'B failed create TL_TARGET_REJECTED',
      'C delivered create id-2',
    ]);
    source.pages = [pageOf([{ key: 'A', mail: 'anna@example.com' }, { key: 'C' }])];
    const second = await tests.run(plan);
    expect(await told(second.id)).toContain('A delivered update id-1');

    const found = async (text: string) => {
      const terms = [termOf(text) ?? -1];
      const blocks = await loadBlocks(database.db, await findBlocks(database.db, { terms, limit: 10 }));
      return blocks.flatMap(({ runId, records }) =>
        records.filter((kept) => hasText(kept, text)).map((kept) => `${runId} ${tell(kept)}`),
      );
    };
    expect(await found(' Anna@Example.com')).toEqual([`${second.id} A delivered update id-1`]);
    expect(await found('id-1')).toEqual([
      `${second.id} A delivered update id-1`,
      `${first.id} A delivered create id-1`,
    ]);
    expect(await found('nobody@example.org')).toEqual([]);
  });

  it('keeps attempts, and not that something waits as it did before', async () => {
    const { target, plan } = tests.setUp({ records: [{ key: 'A' }], delivery: { lanes: 1 } });
    let tries = 0;
    target.refuse = () => (++tries <= 2 ? { fault: busy } : undefined);
    const { id } = await tests.run(plan);
    const steps = await stepsOf(id);
    expect(steps.map(tell)).toEqual([
      'A held create TL_SYSTEM_UNAVAILABLE',
      'A held create TL_SYSTEM_UNAVAILABLE',
      'A delivered create id-1',
    ]);
    expect(steps.map(({ end }) => end.attempt)).toEqual([undefined, 2, 3]);
  });

  it('names the replay of an error, and what was patched for it', async () => {
    const { target, plan } = tests.setUp({
      records: [{ key: 'A', n: 1 }, { key: 'B' }],
      delivery: { lanes: 1 },
    });
    target.refuse = ({ payload }) => ((payload as { n?: number }).n === 1 ? { fault: refused } : undefined);
    await tests.run(plan);
    const startable = { flow: plan.flow, hash: plan.hash, documents: [], plan };
    const edit = async () => ({ native: { key: 'A', n: 2 } });
    const id = await startReplay(tests.engine, startable, { filter: {}, by: 'anna', edit });
    await tests.workOff();
    const [step] = await stepsOf(id ?? 0);
    expect(step?.record).toMatchObject({ key: 'A', native: { n: 2 }, errorId: expect.any(Number) });
    expect(step?.end).toMatchObject({ outcome: 'delivered', did: 'create' });
    // The source shows the same version again: what goes down the line is the patch.
    const again = await tests.run(plan, { force: true });
    const kept = (await stepsOf(again.id)).find(({ record }) => record.key === 'A');
    expect(kept?.record.native).toEqual({ key: 'A', n: 2 });
    expect(kept?.end.patch).toMatch(/^patched by anna on /);
  });

  it('says that a newer one took the place of what waited, and of what was taken out by hand', async () => {
    const { source, target, plan } = tests.setUp({
      records: [{ key: 'A', n: 1 }],
      retry: { attempts: 9, delayMs: 60_000, factor: 1, maxDelayMs: 60_000, jitter: false },
      delivery: { lanes: 1, mode: 'latest' },
    });
    target.refuse = () => ({ fault: busy });
    const first = await tests.run(plan);
    source.pages = [pageOf([{ key: 'A', n: 2 }])];
    const second = await tests.run(plan);
    expect(await told(first.id)).toEqual(['A held create TL_SYSTEM_UNAVAILABLE', 'A superseded']);
    expect(await told(second.id)).toEqual(['A replaces']);
    await takeWaiting(tests.engine, { flow: plan.flow, key: 'A' }, { by: 'anna', reason: 'cancelled' });
    expect(await told(second.id)).toEqual(['A failed TL_TAKEN_OUT', 'A replaces']);
  });

  it('has what could not be read, and what was rejected with its run', async () => {
    const { source, plan } = tests.setUp({ delivery: { lanes: 1 } });
    const raw = '{"number": "SO-4711", "broken": ';
    source.pages = [
      { records: [{ fault: new Fault('TL_RECORD_UNREADABLE', 'no JSON'), raw }, { record: { key: 'A' } }] },
    ];
    const { id } = await tests.run(plan);
    expect(await told(id)).toEqual([' failed TL_RECORD_UNREADABLE', 'A delivered create id-1']);
    const [{ part, id: block } = { part: 0, id: 0 }] = await findBlocks(database.db, {
      terms: [termOf('so-4711') ?? -1],
      limit: 1,
    });
    const [unread] = await loadBlocks(database.db, [{ part, id: block }]);
    expect(unread?.records.map((kept) => hasText(kept, 'SO-4711'))).toEqual([true]);

    const held = await tests.read(plan, { force: true });
    await sql`update runs set status = 'held', guard = '{"code":"TL_GUARD_TRIPPED","message":"too many"}' where id = ${held}`.execute(
      database.db,
    );
    await rejectRun(tests.engine, held, { by: 'anna', reason: 'wrong file' });
    expect(await told(held)).toContain('A failed TL_RUN_REJECTED');
  });
});

describe('how much is kept', () => {
  const records = [
    { key: 'A', n: 1 },
    { key: 'B', n: 1 },
  ];
  const refusing = ({ key }: { key: string }) => (key === 'B' ? { fault: refused } : undefined);

  it.each([
    [
      'full',
      ['A delivered create id-1', 'B failed create TL_TARGET_REJECTED'],
      ['A unchanged', 'B failed create TL_TARGET_REJECTED'],
    ],
    ['changes', ['A delivered create id-1', 'B failed create TL_TARGET_REJECTED'], []],
    ['failures', ['B failed create TL_TARGET_REJECTED'], []],
    ['none', [], []],
  ] as const)('is %s', async (history, first, second) => {
    const { target, plan } = tests.setUp({ records, history, delivery: { lanes: 1 } });
    target.refuse = refusing;
    expect(await told((await tests.run(plan)).id)).toEqual(first);
    const again = await tests.run(plan);
    expect(again.counts).toMatchObject({ read: 2, unchanged: 2 });
    expect(await told(again.id)).toEqual(second);
  });

  it('has what was sent only where all of it is kept', async () => {
    const { plan } = tests.setUp({
      records,
      history: 'full',
      delivery: { lanes: 1 },
      steps: { map: async (value) => ({ value: { mapped: value } }) },
    });
    const { id } = await tests.run(plan);
    expect((await stepsOf(id)).map(({ sent }) => sent)).toEqual(
      records.map((record) => ({ mapped: record })),
    );
  });

  it('has every digit of what was sent', async () => {
    const { plan } = tests.setUp({
      records: [{ key: 'A' }],
      history: 'full',
      steps: { map: async () => ({ value: { total: JSON.rawJSON('12345678901234567890.12') } }) },
    });
    const { id } = await tests.run(plan);
    expect((await stepsOf(id)).map(({ sent }) => sent)).toEqual([{ total: '12345678901234567890.12' }]);
  });

  it('has each step of what is deleted, blocked, and read again while it is', async () => {
    const { source, target, plan } = tests.setUp({
      records: [{ key: 'A' }],
      delivery: { lanes: 1, mode: 'every' },
      requires: { xref: ['customer'] },
      steps: {
        map: async (value, { xref }) => ({
          value: { ...(value as object), customer: await xref('customer', 'C1') },
        }),
      },
    });
    const first = await tests.run(plan);
    const second = await tests.run(plan);
    expect(await told(first.id)).toEqual(['A blocked', 'A superseded']);
    expect(await told(second.id)).toEqual(['A queued']);
    const [blocked] = await stepsOf(first.id);
    expect(blocked?.end.missing).toEqual([{ entity: 'customer', key: 'C1' }]);

    const removal = tests.setUp({
      flow: 'removal',
      write: 'delete',
      records: [{ key: 'B' }],
      abilities: ['delete'],
    });
    removal.target.records.set('B', { id: 'id-9', payload: {} });
    expect(await told((await tests.run(removal.plan)).id)).toEqual(['B delivered delete B']);
    expect([source.requests.length, target.effects]).toEqual([2, []]);
  });

  it('keeps what waited to its end, although only trouble is kept', async () => {
    const { target, plan } = tests.setUp({ records, history: 'failures', delivery: { lanes: 1 } });
    let isBusy = true;
    target.refuse = ({ key }) => (key === 'B' && isBusy ? { fault: busy } : undefined);
    const id = await tests.read(plan);
    target.refuse = ({ key }) => {
      const fault = key === 'B' && isBusy ? { fault: busy } : undefined;
      if (key === 'B') isBusy = false;
      return fault;
    };
    await tests.workOff();
    await hurryFlow(tests.engine, plan.flow).catch(() => {});
    await tests.workOff();
    expect(await told(id)).toEqual(['B delivered create id-2', 'B held create TL_SYSTEM_UNAVAILABLE']);
  });
});
