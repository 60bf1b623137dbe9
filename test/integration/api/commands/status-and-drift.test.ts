import { afterAll, beforeAll, expect, it } from 'vitest';
import { connections, createTestWorkspace, type TestWorkspace } from '../../../e2e/bad-input/workspace.ts';
import { callCli } from '../../../support/call-cli.ts';
import { useApi } from '../../../support/servers/api.ts';

const flow = (name: string, more: string) => `flow: ${name}
source: { connection: in, resource: lines }
target: { connection: out, resource: orders, write: create, allowDuplicates: true }
${more}`;

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await createTestWorkspace({
    'config/connections.yaml': connections,
    'config/tables/countries.yaml': 'values: { DE: Germany }\n',
    'flows/orders.yaml': flow('orders', `map: { id: id, country: '$lookup("countries", country)' }\n`),
    'flows/returns.yaml': flow('returns', 'trigger: { schedule: { cron: "0 3 1 1 *", timezone: UTC } }\n'),
  });
  const lines = (from: number, to: number, more: object = {}) =>
    Array.from({ length: to - from }, (_, nth) =>
      JSON.stringify({ id: `A-${from + nth}`, country: 'DE', ...more }),
    );
  // Enough for what records look like to be known; then there are three fields more, and a country that is none.
  await workspace.drop('a.jsonl', `${lines(0, 220).join('\n')}\n`);
  for (const name of ['orders', 'returns'])
    expect(await workspace.run(['run', name])).toMatchObject({ code: 0 });
  const changed = { gift: 'yes', floor: 3, country: 'AT', note: 'ring twice' };
  await workspace.drop('b.jsonl', `${lines(220, 224, changed).join('\n')}\n`);
  for (const name of ['orders', 'returns']) await workspace.run(['run', name]);
  const until = ['--until', '2099-01-01T14:00:00Z'];
  await workspace.run(['pause', 'returns', '--flow', '--reason', 'stocktaking', ...until]);
});
afterAll(() => workspace[Symbol.asyncDispose]());
const api = useApi(() => ({ dir: workspace.dir, databaseUrl: workspace.database.url }));

const here = (args: readonly string[]) => workspace.run(args);
const there = (args: readonly string[], as = 'integrator') =>
  callCli(args, { cwd: '/', env: { TRADELANE_SERVER: api.url, TRADELANE_TOKEN: as } });

interface Drifts {
  readonly drifts: readonly { readonly id: number; readonly path: string; readonly flow: string }[];
}

/** Between two commands, a second may have gone by. */
const agelessly = (text: string) =>
  text.replaceAll(/\b\d+ s\b/g, 'N s').replaceAll(/"(lagSeconds|seconds)": ?\d+/g, '"$1":0');

it.each([
  ['status'],
  ['status --json'],
  ['drift'],
  ['drift --flow orders'],
  ['drift list --json'],
  ['drift list --state all --flow orders --json'],
  ['drift list --state gone'],
  ['drift list --flow odrers'],
  ['drift accept'],
  ['drift accept 999'],
  ['drift resolve two --json'],
])('`%s` is the same here and over the server', async (line) => {
  const [local, served] = [await here(line.split(' ')), await there(line.split(' '))];
  for (const end of ['stdout', 'stderr'] as const) expect(agelessly(served[end])).toBe(agelessly(local[end]));
  expect(served.code).toBe(local.code);
});

it('tells over the server what there is to tell', async () => {
  const status = await there(['status'], 'viewer');
  expect(status.code).toBe(1);
  expect(status.stdout).toMatch(
    /^orders +3 {2}errors +4 open errors \(4 new and 0 gone in the last hour\), /m,
  );
  expect(status.stdout).toMatch(
    /^returns +4 {2}paused +paused by tester until 2099-01-01 14:00:00: stocktaking, up to date \d+ s ago/m,
  );
  expect(status.stderr).toContain('3 fields of in.lines are not as before: tradelane drift');
  // Of the flows that somebody may see, and nothing else.
  const narrow = await there(['status'], 'viewer@ret*');
  expect(narrow).toMatchObject({ code: 0, stdout: expect.not.stringContaining('orders') });
  expect(JSON.parse((await there(['status', '--json'])).stdout)).not.toHaveProperty('at');
  const { body } = await api.ask('GET', '/status');
  expect(Date.parse((body as { readonly at: string }).at)).toBeGreaterThan(0);
});

it('closes drifts over the server as here, under the name of whoever asks', async () => {
  const { drifts } = JSON.parse((await here(['drift', '--flow', 'orders', '--json'])).stdout) as Drifts;
  const idOf = (path: string) => String(drifts.find((drift) => drift.path === path)?.id);
  const refused = await there(['drift', 'accept', idOf('gift')], 'viewer');
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('TL_FORBIDDEN') });

  const served = await there(['drift', 'accept', idOf('gift')]);
  expect(served).toEqual(await here(['drift', 'accept', idOf('floor')]));
  expect(served).toEqual({ code: 0, stdout: '1 drift accepted\n', stderr: '' });
  const resolved = await there(['drift', 'resolve', idOf('note'), '--json']);
  expect(JSON.parse(resolved.stdout).resolved).toContain(Number(idOf('note')));

  const all = ['drift', 'list', '--state', 'all'];
  expect(await there(all)).toEqual(await here(all));
  const { stdout } = await there(all);
  expect(stdout).toMatch(/ gift .* accepted +accepted by integrator at /);
  expect(stdout).toMatch(/ floor .* accepted +accepted by tester at /);
  expect(stdout).toMatch(/ note .* resolved +resolved by integrator at /);
});
