import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectDocument } from '../../support/output-schema.ts';
import { connections, createTestWorkspace, type TestWorkspace } from '../bad-input/workspace.ts';

const slow = { timeout: 120_000 };

let workspace: TestWorkspace;

beforeAll(async () => {
  workspace = await createTestWorkspace({
    'config/connections.yaml': connections,
    'flows/orders.yaml': `flow: orders
trigger: { schedule: { cron: "* * * * * *" } }
source: { connection: in, resource: orders }
target: { connection: out, resource: orders, write: create, allowDuplicates: true }
`,
    'flows/out.yaml': `flow: out
source: { connection: in, resource: lines }
target: { connection: out, resource: orders, write: create, allowDuplicates: true }
`,
  });
  await workspace.drop('orders-1.csv', 'id\nA\nB\n');
});
afterAll(async () => {
  await workspace[Symbol.asyncDispose]();
});

const said = (...args: readonly string[]) => workspace.run(args);

test('what cannot be paused or resumed is refused, with what there is', slow, async () => {
  for (const [args, message] of [
    [
      ['pause', 'ordres', '--reason', 'x'],
      'no flow or connection "ordres" in this workspace; did you mean "orders"?',
    ],
    [['pause', 'in', '--flow', '--reason', 'x'], 'no flow "in" in this workspace'],
    [
      ['pause', 'out', '--reason', 'x'],
      '"out" is a flow and a connection: say which one with --flow or --connection',
    ],
    [['pause', 'out', '--flow', '--connection', '--reason', 'x'], 'either --flow or --connection'],
    [['pause', 'orders', '--reason', '  '], 'reason: expected why it is paused, got nothing'],
    [
      ['pause', 'orders', '--reason', 'x', '--until', '2020-01-01'],
      'until: expected a time to come, got 2020-01-01T00:00:00.000Z',
    ],
    [['pause', 'orders', '--reason', 'x', '--until', 'later'], '--until must be a time such as'],
    [['resume', 'orders'], 'no flow or connection "orders" is paused; nothing is'],
  ] as const) {
    const { code, stderr } = await said(...args);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  }
  expect((await sql`select 1 from pauses`.execute(workspace.database.db)).rows).toEqual([]);
});

test('a paused flow is told as that, is not run by anybody, and is not late', slow, async () => {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const args = ['pause', 'orders', '--reason', 'ERP upgrade', '--until', until, '--by', 'anna'];
  const { code, stdout } = await said(...args, '--json');
  expect(code).toBe(0);
  expect(expectDocument('pauses-pause', stdout)).toMatchObject({
    paused: { kind: 'flow', name: 'orders', by: 'anna', reason: 'ERP upgrade', until },
  });
  const words = `paused by anna until ${until.slice(0, 19).replace('T', ' ')}: ERP upgrade`;
  expect((await said('pause', ...args.slice(1))).stdout).toContain(`flow orders ${words}`);

  const refused = await said('run', 'orders');
  expect(refused).toMatchObject({
    code: 3,
    stderr: expect.stringContaining(`flow orders is ${words}; --even-paused runs orders all the same`),
  });
  expect(await said('resync', 'orders')).toMatchObject({ code: 3 });
  expect((await workspace.json(['runs'])).document).toMatchObject({ runs: [] });

  await sql`update kysely_migration set timestamp = '2026-01-01T00:00:00Z'`.execute(workspace.database.db);
  const status = await said('status', '--json');
  expect(expectDocument('status', status.stdout)).toMatchObject({
    ok: true,
    pauses: [{ kind: 'flow', name: 'orders' }],
    flows: [
      { flow: 'orders', needs: [], pauses: [{ by: 'anna' }] },
      { flow: 'out', pauses: [] },
    ],
  });
  expect((await said('status')).stdout).toMatch(new RegExp(`^orders +- {2}paused +${words}`, 'm'));
});

test(
  'a paused connection lets all its flows stand still, and what is staged waits for it',
  slow,
  async () => {
    const ran = await said('run', 'orders', '--even-paused', '--json');
    expect(ran, ran.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(ran.stdout)).toMatchObject({ counts: { delivered: 2 } });
    expect(await said('resume', 'orders', '--by', 'ben', '--json')).toMatchObject({ code: 0 });
    expect(await said('pause', 'out', '--connection', '--reason', 'disk swap', '--by', 'anna')).toMatchObject(
      { code: 0 },
    );
    expect((await said('run', 'out')).stderr).toContain('connection out is paused by anna: disk swap');
    // Somebody paused it in the moment in which it had been read.
    await sql`
    with run as (
      insert into runs (flow, plan_hash, trigger, options, status, read_at, read)
      select flow, hash, 'manual', '{}', 'running', now(), 1 from plans where flow = 'orders' returning id, flow
    ) insert into batches (run_id, flow, lane, seq, records, bytes, payload)
      select id, flow, (select min(lane) from lanes where lanes.flow = run.flow), 99, 1, 1, '' from run`.execute(
      workspace.database.db,
    );
    const pending = JSON.parse((await said('pending', '--json')).stdout);
    expect(pending).toMatchObject({
      waiting: 1,
      pauses: [{ kind: 'connection', name: 'out', flows: ['orders', 'out'], records: 1 }],
      batches: [
        {
          ...{ flow: 'orders', records: 1, nextAttemptAt: null },
          fault: { code: 'TL_PAUSED', message: 'connection out is paused by anna: disk swap' },
        },
      ],
    });
    const { stdout } = await said('pending');
    expect(stdout).toMatch(/^connection out .* it is resumed +anna +disk swap +orders, out +1$/m);
    expect(stdout).toMatch(/once resumed/);
    expect(await said('status')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('connection out paused by anna: disk swap'),
    });
  },
);

test('each decision is kept, with who made it and why', slow, async () => {
  expect((await said('resume', 'out', '--by', 'ben', '--reason', 'the disk is in')).stdout).toBe(
    'connection out goes on\n',
  );
  const { rows } = await sql`
    select deed, by, flow, reason, about - 'details' as about from audit_entries where deed in ('pause', 'resume') order by id
  `.execute(workspace.database.db);
  expect(rows).toEqual([
    { deed: 'pause', by: 'anna', flow: 'orders', reason: 'ERP upgrade', about: {} },
    { deed: 'pause', by: 'anna', flow: 'orders', reason: 'ERP upgrade', about: {} },
    { deed: 'resume', by: 'ben', flow: 'orders', reason: null, about: {} },
    { deed: 'pause', by: 'anna', flow: null, reason: 'disk swap', about: { name: 'out' } },
    { deed: 'resume', by: 'ben', flow: null, reason: 'the disk is in', about: { name: 'out' } },
  ]);
});
