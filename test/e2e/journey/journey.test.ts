import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EraseReport } from '../../../src/app/erase/erase-person.ts';
import type { ErasePlan } from '../../../src/app/erase/plan-erase.ts';
import type { FoundJourney } from '../../../src/app/journey/find-journey.ts';
import type { RecordJourney } from '../../../src/app/journey/journey.ts';
import type { OutcomeStep } from '../../../src/app/journey/journey-step.ts';
import { present } from '../../../src/contract/present.ts';
import type { BlockRef } from '../../../src/store/history/block.ts';
import { findBlocksOfRun } from '../../../src/store/history/find-blocks.ts';
import { loadBlocks } from '../../../src/store/history/load-blocks.ts';
import { findEverywhere } from '../../integration/erase/find-everywhere.ts';
import { expectDocument } from '../../support/output-schema.ts';
import { blocksIn } from '../../unit/docs/page-sections.ts';
import { createDemoWorld, type DemoWorld } from './demo-world.ts';

/** The demo over three systems: customers go to the ERP and to the CRM, orders to the ERP. */
let world: DemoWorld;

beforeAll(async () => {
  world = await createDemoWorld();
  expect((await world.run('run', 'customers-to-erp')).code).toBe(1);
  expect((await world.run('run', 'customers-to-crm')).code).toBe(1);
  world.erp.faults.next('unavailable', 1, { method: 'POST', path: salesOrders });
  await world.run('run', 'orders-to-erp');
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

const salesOrders = '/v2.0/contoso.example/production/api/v2.0/companies';

const find = async (...args: readonly string[]) => {
  const { code, stdout } = await world.run('journey', ...args, '--json');
  return { code, ...(expectDocument('journey', stdout) as FoundJourney) };
};
const namesOf = ({ journey }: FoundJourney) => journey?.records.map(({ flow }) => flow).sort();
const outcomesOf = ({ steps }: RecordJourney) =>
  steps.flatMap((step) => (step.what === 'outcome' ? [step] : []));
const recordOf = ({ journey }: FoundJourney, flow: string) => {
  const found = journey?.records.find((record) => record.flow === flow);
  if (found === undefined) throw new Error(`no journey through ${flow}`);
  return found;
};
const last = (steps: readonly OutcomeStep[]) => steps.at(-1);

/** What the guide for support says that the command prints. */
const guideBlocks = blocksIn(readFileSync(new URL('../../../docs/support.md', import.meta.url), 'utf8'));
const examples = guideBlocks.filter(({ language }) => language === 'text').map(({ text }) => text);
const toldOf = (stdout: string) =>
  stdout
    .replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, '2026-11-29 08:00:00')
    .replaceAll(/as [0-9a-f-]{36}/g, 'as 4fc182ef-ecde-41d0-a8d6-9fa00102f19b');

/** Not one of those that are wrong on purpose. */
const customer = 'C10010';

test('one customer is found by number, e-mail address and id at the target, over two flows and three systems', async () => {
  const byNumber = await find(customer);
  expect(byNumber.code).toBe(0);
  expect(namesOf(byNumber)).toEqual(['customers-to-crm', 'customers-to-erp']);
  const toErp = recordOf(byNumber, 'customers-to-erp');
  const toCrm = recordOf(byNumber, 'customers-to-crm');
  expect(toErp).toMatchObject({
    key: customer,
    source: { connection: 'commerce', resource: 'customers' },
    target: { connection: 'erp', resource: 'customers' },
    steps: [
      { what: 'read', trigger: 'manual', by: 'tester' },
      { what: 'outcome', outcome: 'delivered', did: 'create' },
    ],
  });
  expect(toCrm.target).toEqual({ connection: 'crm', resource: 'contacts' });
  const ids = [toErp, toCrm].map((record) => last(outcomesOf(record))?.targetId ?? '');
  for (const text of [toCrm.key, toCrm.key.toUpperCase(), ...ids]) {
    const found = await find(text);
    expect([text, found.code, namesOf(found)]).toEqual([text, 0, namesOf(byNumber)]);
  }
});

test('an order is told with its attempts, and with what it was at each step, as it was sent', async () => {
  const tried = await findTried();
  const found = await find(tried, '--payloads');
  expect(found.code).toBe(0);
  expect(namesOf(found)).toEqual(['orders-to-erp']);
  const [first, second] = outcomesOf(recordOf(found, 'orders-to-erp'));
  expect(first).toMatchObject({ outcome: 'held', fault: { code: expect.stringMatching(/^TL_SYSTEM_UN/) } });
  expect(second).toMatchObject({ outcome: 'delivered', attempt: 2, payloads: { proof: 'proved' } });
  const native = first?.payloads?.native as {
    readonly ID: string;
    readonly FromUser: { readonly LastName: string };
  };
  expect(native.ID).toBe(tried);
  expect(native.FromUser.LastName).toMatch(/^Xx+$/);
  const open = await find(tried, '--values');
  expect(JSON.stringify(open)).not.toContain(native.FromUser.LastName);
});

/** The order whose creation was refused at first. */
async function findTried(): Promise<string> {
  const { stdout } = await world.run('runs', '--flow', 'orders-to-erp', '--json');
  const { runs } = JSON.parse(stdout) as { readonly runs: readonly { readonly run: number }[] };
  const refs = await findBlocksOfRun(world.database.db, { runId: runs[0]?.run ?? 0, limit: 100 });
  const records = (await loadBlocks(world.database.db, refs)).flatMap((block) => block.records);
  return records.find(({ end }) => end.outcome === 'held')?.record.key ?? 'no order has waited';
}

test('what stands in many records is a list to choose from, and one of them is chosen by flow and key', async () => {
  const choice = await find('DE');
  expect(choice).toMatchObject({
    code: 0,
    ending: 'choose',
    candidates: expect.arrayContaining([expect.objectContaining({ match: 'mention' })]),
  });
  const [first] = choice.candidates;
  const chosen = await find('DE', '--flow', first?.flow ?? '', '--key', first?.key ?? '');
  expect(chosen.journey?.records.map(({ key }) => key)).toContain(first?.key);
});

test('an article is found in the orders that mention it', async () => {
  const order = await find('SO-100003', '--values');
  const payloads = last(outcomesOf(recordOf(order, 'orders-to-erp')))?.payloads;
  const sku = /"ProductID":"([^"]+)"/.exec(JSON.stringify(payloads))?.[1] ?? '';
  const found = await find(sku);
  const keys = [...found.candidates, ...(found.journey?.records ?? [])].map(({ key }) => key);
  expect(keys).toContain('SO-100003');
});

test('what a person mends is told with who it was, and exit code 1 says that something is still open', async () => {
  const failed = await find('C10124');
  expect(failed).toMatchObject({ code: 1, ending: 'open' });
  expect(namesOf(failed)).toEqual(['customers-to-crm', 'customers-to-erp']);
  const [error] = recordOf(failed, 'customers-to-erp').openErrors;
  const [before = '', after = ''] = examples;
  expect(toldOf((await world.run('journey', 'C10124')).stdout)).toBe(before);
  await expectSupportCommands();
  const mended = await world.run(
    'replay',
    String(error),
    '--set',
    'Addresses[0].Country="SE"',
    '--by',
    'anna',
  );
  expect(mended.code).toBe(0);
  const found = await find('C10124', '--payloads');
  expect(found.code).toBe(1);
  const record = recordOf(found, 'customers-to-erp');
  expect(record.openErrors).toEqual([]);
  expect(record.steps.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['read', 'outcome', 'error', 'patched', 'settled']),
  );
  expect(record.steps).toContainEqual(
    expect.objectContaining({ what: 'read', error, by: 'anna', trigger: 'replay' }),
  );
  expect(last(outcomesOf(record))).toMatchObject({
    outcome: 'delivered',
    payloads: {
      proof: 'proved',
      changes: { native: [{ path: 'Addresses[0].Country', before: 'XX', after: 'SE' }] },
    },
  });
  const { stdout } = await world.run('journey', 'C10124');
  // The page shows the way through one of the flows.
  expect(toldOf(stdout).split('\n\n')[0]).toBe(after.trimEnd());
});

test('where an id has changed since, what is worked out is told to be another than what was sent', async () => {
  await sql`update known_records set target_id = gen_random_uuid()::text where target_id is not null`.execute(
    world.database.db,
  );
  const found = await find('SO-100003', '--payloads');
  const { payloads } = last(outcomesOf(recordOf(found, 'orders-to-erp'))) ?? {};
  expect(payloads).toMatchObject({ proof: 'differs', note: expect.stringContaining('have changed since') });
});

test('what waits is told with what it waits for', async () => {
  const order = 'SO-100001';
  await sql`update known_records set link = null, target_id = null where key like 'C%'`.execute(
    world.database.db,
  );
  await world.run('run', 'orders-to-erp', '--full', '--force', '--limit', '1');
  const blocked = await find(order);
  expect(recordOf(blocked, 'orders-to-erp').waits).toMatchObject([
    { as: 'blocked', missing: [{ entity: 'customer', key: expect.stringMatching(/^C\d+$/) }] },
  ]);
  expect((await world.run('journey', order)).stdout).toMatch(
    /now +blocked until the target has customer C\d+/,
  );
  world.erp.faults.set({ cut: 1 });
  await world.run('run', 'customers-to-erp', '--full', '--force', '--limit', '2');
  world.erp.faults.clear();
  const { stdout } = await world.run('journey', 'C10001', '--flow', 'customers-to-erp');
  expect(stdout).toMatch(/now +(staged, waits for its turn|tried again at 20).* TL_(SYSTEM|TARGET)_/);
});

test('nothing found is exit code 2, and says what was searched', async () => {
  const { code, stdout, stderr } = await world.run('journey', 'SO-999999');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/nothing is known under "SO-999999"\nsearched: .*history since 20/);
  expect((await world.run('journey', ' ')).code).toBe(2);
  expect((await world.run('journey', 'C10010', '--flow', 'customers-to-epr')).stderr).toContain(
    'did you mean',
  );
});

test('a customer is erased by e-mail address in every flow, with his orders, and is not found any more', async () => {
  const { mail, number } = await findBuyer();
  const planned = await world.run('erase', '--email', mail, '--plan', '--json');
  const plan = expectDocument('erase-plan', planned.stdout) as ErasePlan;
  expect(planned.code).toBe(0);
  expect(plan.flows.map(({ flow }) => flow)).toEqual([
    'customers-to-crm',
    'customers-to-erp',
    'orders-to-erp',
  ]);
  expect(plan.aliases.map(({ text }) => text)).toContain(number);
  expect(plan.would).toMatchObject({ ids: expect.any(Number), errors: 0 });
  const unsaid = await world.run('erase', '--email', mail);
  expect([unsaid.code, unsaid.stderr]).toEqual([1, expect.stringContaining('--yes')]);
  expect((await find(mail)).ending).not.toBe('nothing');

  const done = await world.run('erase', '--email', mail, '--reason', `letter of ${mail}`, '--yes', '--json');
  const report = expectDocument('erase', done.stdout) as EraseReport;
  expect([done.code, report.open]).toEqual([0, []]);
  expect(report.erased).toEqual({ ...plan.would, audit: report.erased.audit });
  for (const text of [mail, number]) {
    expect(await findEverywhere(world.database.db, text)).toEqual([]);
    expect((await world.run('journey', text)).code).toBe(2);
    expect((await world.run('errors', '--text', text, '--json')).code).toBe(0);
  }
  const shown = await world.run('audit', '--deed', 'erase');
  expect(shown.stdout).toContain('letter of (erased)');
  expect((await world.run('audit', 'verify')).code).toBe(0);
  const again = await world.run('erase', '--email', mail, '--plan');
  expect(again.stdout).toContain('there is nothing of this person');
  expect(again.stderr).toContain('was erased before');
  const wrong = await world.run('erase', '--email', 'anna');
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--email: expected an address')]);
});

/** Of an order that was delivered: who has ordered. */
async function findBuyer(): Promise<{ readonly mail: string; readonly number: string }> {
  const { db } = world.database;
  const refs =
    await sql<BlockRef>`select part, id from history where flow = 'orders-to-erp' order by id`.execute(db);
  const records = (await loadBlocks(db, refs.rows)).flatMap((block) => block.records);
  const order = present(
    records.find(({ end }) => end.outcome === 'delivered'),
    'an order that was delivered',
  ).record.native as { readonly FromUser: { readonly Email: string; readonly ID: string } };
  return { mail: order.FromUser.Email, number: order.FromUser.ID };
}

/** The commands of the guide for support, up to the one that writes: as they stand there. */
async function expectSupportCommands(): Promise<void> {
  const commands = guideBlocks
    .filter(({ language, text }) => language === 'sh' && text.includes('errors causes'))
    .flatMap(({ text }) => text.trim().split('\n'))
    .map((line) => line.replace(/ +#.*$/, ''))
    .filter((line) => !line.startsWith('tradelane replay --cause C1 --by'));
  expect(commands).toHaveLength(5);
  const results = [];
  for (const line of commands) {
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
    results.push(await world.run(...words.slice(1)));
  }
  expect(results.map(({ code, stderr }) => [code, code === 2 ? stderr : ''])).not.toContainEqual([
    2,
    expect.anything(),
  ]);
  const shown = await world.run('errors', 'cause', 'C1');
  expect(shown.stdout).toContain('anna');
  expect(shown.stdout).toContain('the shop corrects its country list today');
}
