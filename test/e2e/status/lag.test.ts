import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadWholeStatus, toStatusDocument } from '../../../src/app/status/status.ts';
import { expectDocument } from '../../support/output-schema.ts';
import { type OddServer, sendJson, startOddServer } from '../bad-input/odd-server.ts';
import { connections, createTestWorkspace, type TestWorkspace } from '../bad-input/workspace.ts';

const slow = { timeout: 120_000 };
const hour = 3_600_000;

let shop: OddServer;
let workspace: TestWorkspace;

beforeAll(async () => {
  shop = await startOddServer((_request, response) => sendJson(response, 200, { items: [{ id: 'A' }] }));
  workspace = await createTestWorkspace({
    'config/connections.yaml': connectionsTo(shop.url),
    'flows/from-shop.yaml': fromShop('from-shop', '"0 * * * *"'),
    'flows/paused.yaml': fromShop('paused', '"0 * * * *"'),
    'flows/gone.yaml': fromShop('gone', '"0 * * * *"'),
    'flows/never.yaml': fromShop('never', '"0 0 1-7 * monL"'),
    'flows/fresh.yaml': fromShop('fresh', '"0 * * * *"'),
  });
});
afterAll(async () => {
  for (const each of [workspace, shop]) await each[Symbol.asyncDispose]();
});

function connectionsTo(url: string): string {
  return `${connections}
  shop:
    connector: http
    config: { baseUrl: "${url}" }
    resources:
      parcels: { key: id, read: { path: /parcels, records: items } }
`;
}

function fromShop(flow: string, cron: string): string {
  return `flow: ${flow}
trigger: { schedule: { cron: ${cron} } }
source: { connection: shop, resource: parcels }
target: { connection: out, resource: orders, write: create, allowDuplicates: true }
`;
}

interface Flow {
  readonly flow: string;
  readonly behind?: { readonly tick: string; readonly seconds: number };
}

async function standing(flow: string): Promise<Flow | undefined> {
  const { stdout } = await workspace.run(['status', '--json']);
  const { flows } = expectDocument('status', stdout) as { readonly flows: readonly Flow[] };
  return flows.find((each) => each.flow === flow);
}

/** The line of a flow, without what stands before it. */
async function line(flow: string): Promise<string> {
  const { stdout } = await workspace.run(['status']);
  return stdout.split('\n').find((each) => each.startsWith(`${flow} `)) ?? '';
}

/** As if the newest run of a flow had been fired by its schedule so long ago. */
async function age(flow: string, hours: number): Promise<Date> {
  const at = new Date(Math.floor(Date.now() / hour) * hour - hours * hour);
  await sql`
    update runs
    set trigger = 'schedule', tick = ${at}, created_at = ${at}, started_at = ${at}, read_at = ${at}, ended_at = ${at}
    where id = (select max(id) from runs where flow = ${flow})`.execute(workspace.database.db);
  return at;
}

test('what has never run and was made a moment ago is late for nothing', slow, async () => {
  const fresh = await standing('fresh');
  expect(fresh).toMatchObject({ errors: { open: 0, lastHour: { new: 0, gone: 0 } }, needs: [] });
  for (const name of [
    'behind',
    'missedTick',
    'lastRun',
    'lastSuccess',
    'caughtUpAt',
    'failingSince',
    'decision',
  ])
    expect(fresh).not.toHaveProperty(name);
  expect(await line('fresh')).toMatch(/^fresh +- {2}never ran +next at \S+ \d\d:00:00$/);
});

test('a schedule that never fires again says so, and is late for nothing', slow, async () => {
  const never = await standing('never');
  expect(never).toMatchObject({ files: 'fine', schedule: { cron: '0 0 1-7 * monL' }, needs: [] });
  expect(never).not.toHaveProperty('nextTick');
  expect(never).not.toHaveProperty('behind');
  expect(await line('never')).toMatch(/never ran +its schedule never fires again$/);
});

test('a run in which nothing had changed is a success, and the flow is on time', slow, async () => {
  expect(await workspace.run(['run', 'from-shop'])).toMatchObject({ code: 0 });
  const again = await workspace.json(['run', 'from-shop']);
  expect(again).toMatchObject({ code: 0, document: { counts: { read: 1, delivered: 0, unchanged: 1 } } });
  const found = await standing('from-shop');
  expect(found).toMatchObject({ lastSuccess: { run: again.document.run }, needs: [] });
  expect(found).not.toHaveProperty('behind');
  // A part of what there is says nothing about the rest.
  const part = await workspace.json(['run', 'from-shop', '--limit', '1']);
  expect(await standing('from-shop')).toMatchObject({
    lastRun: { run: part.document.run },
    lastSuccess: { run: again.document.run },
  });
  await sql`delete from runs where id = ${part.document.run}`.execute(workspace.database.db);
});

test(
  'a source that is away since yesterday is told with since when, and how far behind that is',
  slow,
  async () => {
    const success = await age('from-shop', 26);
    await workspace.write('config/connections.yaml', connectionsTo('http://127.0.0.1:1'));
    expect(await workspace.run(['run', 'from-shop'])).toMatchObject({ code: 3 });
    const failed = await age('from-shop', 25);
    expect(await workspace.run(['run', 'from-shop'])).toMatchObject({ code: 3 });

    // The file was written a moment ago; that its schedule has fired before is known all the same.
    const found = await standing('from-shop');
    expect(found).toMatchObject({
      caughtUpAt: success.toISOString(),
      lastSuccess: { at: success.toISOString() },
      failingSince: failed.toISOString(),
      behind: { tick: failed.toISOString() },
      troubles: [{ connection: 'shop', state: 'away', since: failed.toISOString() }],
    });
    const { seconds } = found?.behind ?? { seconds: 0 };
    expect(seconds).toBeGreaterThanOrEqual(25 * 3_600);
    expect(await line('from-shop')).toMatch(
      /failed +shop away for 2[56] h, 2[56] h behind its schedule, up to date 2[67] h ago, last success 2[67] h ago, next at /,
    );
    const pending = (await workspace.json(['pending', '--flow', 'from-shop'])).document;
    expect(pending).toMatchObject({ sources: [{ since: failed.toISOString() }] });

    await workspace.write('config/connections.yaml', connectionsTo(shop.url));
    expect(await workspace.run(['run', 'from-shop'])).toMatchObject({ code: 0 });
    const mended = await standing('from-shop');
    expect(mended).toMatchObject({ troubles: [], needs: [] });
    for (const name of ['behind', 'failingSince']) expect(mended).not.toHaveProperty(name);
  },
);

test('a run under way is told, and what its tick should bring has not come yet', slow, async () => {
  const { db } = workspace.database;
  await sql`
    insert into runs (flow, plan_hash, trigger, tick, status, created_at, started_at, read_until)
    select flow, plan_hash, 'schedule', now() - interval '5 minutes' + interval '1 day', 'running',
           now() - interval '5 minutes', now() - interval '5 minutes', now() + interval '1 minute'
    from runs where flow = 'from-shop' limit 1`.execute(db);
  expect(await standing('from-shop')).toMatchObject({
    lastRun: { status: 'running' },
    isLost: false,
    needs: [],
  });
  expect(await line('from-shop')).toMatch(
    /running +run \d+ under way for 5 min, up to date \d+ s ago, last success/,
  );
  // Fired by a clock that is a day ahead: a tick of tomorrow is late for nothing.
  expect(await standing('from-shop')).not.toHaveProperty('behind');
  await sql`update runs set tick = now() where status = 'running'`.execute(db);
  expect(await standing('from-shop')).toMatchObject({ behind: { seconds: expect.any(Number) } });
  await sql`delete from runs where status = 'running'`.execute(db);
});

test('mistakes in its files stop a schedule, and the flow falls behind it', slow, async () => {
  expect(await workspace.run(['run', 'paused'])).toMatchObject({ code: 0 });
  await age('paused', 5);
  await sql`
    insert into runs (flow, plan_hash, trigger, tick, status, fault)
    select flow, plan_hash, 'schedule', tick + interval '1 hour', 'failed', '{"code": "TL_RUN_STOPPED", "message": "no"}'
    from runs where flow = 'paused'`.execute(workspace.database.db);
  for (const mistake of ['nonsense: true\n', 'trigger: [']) {
    await workspace.write('flows/paused.yaml', `${fromShop('paused', '"0 * * * *"')}${mistake}`);
    const paused = await standing('paused');
    expect(paused).toMatchObject({ files: 'broken', behind: { seconds: expect.any(Number) } });
    expect(paused).not.toHaveProperty('nextTick');
    expect(await line('paused')).toMatch(
      /broken +does not run: its files have mistakes, \d+ (min|h) behind its schedule, /,
    );
  }
  for (const cron of ['"0 0 30 2 *"', '"every day"', '7']) {
    await workspace.write('flows/paused.yaml', fromShop('paused', cron));
    expect(await standing('paused')).toMatchObject({
      files: 'broken',
      needs: [{ kind: 'files' }, { kind: 'failed' }],
    });
  }
});

test('a flow that is gone is told while something of it is left', slow, async () => {
  const { db } = workspace.database;
  expect(await workspace.run(['run', 'gone'])).toMatchObject({ code: 0 });
  await sql`
    insert into errors (flow, run_id, key, stage, code, message, payload, state, created_at, updated_at)
    select 'gone', max(id), 'A', 'write', 'TL_TARGET_REJECTED', 'no', '', state, now() - days * interval '1 day', now() - later * interval '1 day'
    from runs, (values ('open', 3, 3), ('resolved', 3, 2), ('discarded', 30, 0), ('resolved', 30, 20)) as t (state, days, later)
    where runs.flow = 'gone' group by state, days, later`.execute(db);
  await rm(join(workspace.dir, 'flows/gone.yaml'));
  const gone = await standing('gone');
  expect(gone).toMatchObject({
    files: 'gone',
    errors: {
      open: 1,
      lastHour: { new: 0, gone: 1 },
      lastDay: { new: 0, gone: 1 },
      last7Days: { new: 2, gone: 2 },
    },
    needs: [{ kind: 'errors' }],
  });
  expect(gone).not.toHaveProperty('nextTick');
  expect(gone).not.toHaveProperty('behind');
  expect(await line('gone')).toMatch(
    /gone +not in the workspace any more, 1 open error \(0 new and 1 gone in the last hour\), up to date /,
  );
  // Somebody has said that it can wait: until then it needs nobody.
  for (const muted of [
    `errors set muted_until = now() + interval '1 day' where flow = 'gone'`,
    'errors set muted_until = null',
  ]) {
    await sql.raw(`update ${muted}`).execute(db);
    const isMuted = muted.includes('interval');
    expect((await standing('gone')) === undefined).toBe(isMuted);
  }
  // Nothing of it is left: it is nobody's business any more.
  await sql`update errors set state = 'resolved' where state = 'open'`.execute(db);
  expect(await standing('gone')).toBeUndefined();
});

test('a clock that is behind makes nothing younger, and is told', slow, async () => {
  const { db } = workspace.database;
  const look = async (behindMs: number) => {
    const status = await loadWholeStatus({
      db,
      clock: { now: () => Date.now() - behindMs },
      findWorkspace: async () => undefined,
      requireWorkspace: () => Promise.reject(new Error('there is none')),
      parseDocuments: () => Promise.reject(new Error('there is none')),
    });
    const document = JSON.stringify(toStatusDocument(status));
    return expectDocument('status', document) as {
      readonly clockAheadSeconds?: number;
      readonly flows: readonly { readonly lagSeconds?: number }[];
    };
  };
  const right = await look(0);
  expect(right.clockAheadSeconds).toBeUndefined();
  const behind = await look(2 * hour);
  expect(behind.clockAheadSeconds).toBe(-7_200);
  expect((await look(-2 * hour)).clockAheadSeconds).toBe(7_200);
  // Ages are by the clock that has dated what there is.
  for (const [nth, { lagSeconds = 0 }] of behind.flows.entries())
    expect(lagSeconds - (right.flows[nth]?.lagSeconds ?? 0)).toBeLessThan(60);
});
