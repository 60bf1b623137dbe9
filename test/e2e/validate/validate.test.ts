import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { callCli } from '../../support/call-cli.ts';
import type { CliResult } from '../../support/cli.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const run = promisify(execFile);
const tidyUp: string[] = [];

afterEach(async () => {
  for (const dir of tidyUp.splice(0)) await rm(dir, { recursive: true, force: true });
});

const connections = `connections:
  shop:
    connector: http
    config: { baseUrl: "https://shop.example" }
    resources: { orders: { key: id, read: { path: /orders } } }
  erp:
    connector: http
    config: { baseUrl: "https://erp.example" }
    resources: { salesOrders: { key: number, upsert: { path: "/salesOrders/{{key}}" } } }
`;
const flow = `flow: orders
trigger: { schedule: { cron: "30 2 29 2 *", timezone: Europe/Berlin } }
source: { connection: shop, resource: orders }
target: { connection: erp, resource: salesOrders, write: upsert }
`;

async function createRepository(folder: string) {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-git-'));
  tidyUp.push(dir);
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(dir, folder, path)), { recursive: true });
    await writeFile(join(dir, folder, path), text);
  };
  const env = { PATH: process.env['PATH'], HOME: dir, GIT_CONFIG_NOSYSTEM: '1' };
  const git = async (...args: readonly string[]): Promise<CliResult> => {
    const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
    const ended = run('git', [...who, ...args], { cwd: dir, env });
    return ended.then(
      (done) => ({ code: 0, ...done }),
      (failed) => ({ code: failed.code, stdout: failed.stdout, stderr: failed.stderr }),
    );
  };
  await git('init', '--quiet');
  await write('config/connections.yaml', connections);
  await write('flows/orders.yaml', flow);
  return { dir, workspace: join(dir, folder), write, git };
}

it('says a schedule in words, and when it comes', { timeout: 120_000 }, async () => {
  const { workspace } = await createRepository('.');
  const { stdout, code } = await callCli(['validate'], { cwd: workspace });
  expect(stdout).toMatch(
    /^orders: at 02:30, on day 29 of the month, only in February in Europe\/Berlin \(30 2 29 2 \*\)\n {4}next: 20\d\d-02-29 02:30\+01:00, 20\d\d-02-29 02:30, /,
  );
  expect(code).toBe(0);
  const { schedules } = JSON.parse((await callCli(['validate', '--json'], { cwd: workspace })).stdout);
  expect(schedules).toMatchObject([{ flow: 'orders', cron: '30 2 29 2 *', timezone: 'Europe/Berlin' }]);
  expect(schedules[0].next).toHaveLength(5);
  const others = ['config/connections.yaml', '--json'];
  expect(JSON.parse((await callCli(['validate', ...others], { cwd: workspace })).stdout).schedules).toEqual(
    [],
  );
});

it('prints SARIF with paths from the root of the repository', { timeout: 120_000 }, async () => {
  const { workspace, write } = await createRepository('integration');
  await write('flows/orders.yaml', flow.replace('connection: erp', 'connection: erpp'));
  const { stdout, stderr, code } = await callCli(['validate', '--sarif'], { cwd: workspace });
  expect({ stderr, code }).toEqual({ stderr: '', code: 2 });
  const log = JSON.parse(stdout);
  expect(log.version).toBe('2.1.0');
  const [{ results, tool }] = log.runs;
  expect(results).toEqual([
    {
      ruleId: 'TLW_UNKNOWN_CONNECTION',
      ruleIndex: expect.any(Number),
      level: 'error',
      message: {
        text: 'there is no connection "erpp" in config/connections.yaml (did you mean "erp"?)',
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'integration/flows/orders.yaml', uriBaseId: '%SRCROOT%' },
            region: { startLine: 4, startColumn: 23 },
          },
        },
      ],
    },
  ]);
  expect(tool.driver.rules[results[0].ruleIndex]).toMatchObject({ id: 'TLW_UNKNOWN_CONNECTION' });
  const both = await callCli(['validate', '--sarif', '--json'], { cwd: workspace });
  expect(both.code).toBe(2);
});

it('stops a commit by the hook of the guide, judging what is staged', { timeout: 240_000 }, async () => {
  const { dir, write, git } = await createRepository('.');
  const guide = await readFile(join(root, 'docs/validate-in-git.md'), 'utf8');
  const [, hook = ''] = /```sh\n([\s\S]*?)```/.exec(guide) ?? [];
  expect(hook).toContain('tradelane validate');
  await write('.git/hooks/pre-commit', hook);
  await chmod(join(dir, '.git/hooks/pre-commit'), 0o755);
  await write('.gitignore', 'node_modules\n');
  await mkdir(join(dir, 'node_modules/.bin'), { recursive: true });
  await symlink(join(root, 'bin/tradelane.js'), join(dir, 'node_modules/.bin/tradelane'));

  await write('flows/orders.yaml', flow.replace('connection: erp', 'connection: erpp'));
  await git('add', '.');
  const refused = await git('commit', '-m', 'Orders');
  expect(refused.code).toBe(1);
  expect(refused.stdout + refused.stderr).toContain('flows/orders.yaml:4:23  TLW_UNKNOWN_CONNECTION');

  // Mended and staged; what lies in the folder is broken again, and none of the commit's business.
  await write('flows/orders.yaml', `${flow}key: '"id"'\n`);
  await git('add', '.');
  await write('flows/orders.yaml', 'flow: [');
  const taken = await git('commit', '-m', 'Orders');
  expect(taken.stdout + taken.stderr).toContain('TLW_KEY_CONSTANT');
  expect(taken.code, taken.stderr).toBe(0);
  expect((await git('log', '--format=%s')).stdout).toBe('Orders\n');
});
