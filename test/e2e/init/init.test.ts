import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callCli } from '../../support/call-cli.ts';
import { startSimulatorProcess } from '../../support/cli.ts';
import { useDatabase } from '../../support/database.ts';

/** A busy machine takes its time. */
const slow = { timeout: 60_000 };

const root = join(import.meta.dirname, '../../..');

let home: string;
const database = useDatabase('test');

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tradelane-init-'));
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

test('writes a workspace that validates, tests and runs at once', { timeout: 240_000 }, async () => {
  const dir = join(home, 'shop');
  expect(await tradelane('init', dir)).toMatchObject({ code: 0 });
  expect(await tradelane('validate', '-w', dir)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('no findings'),
  });
  expect(await tradelane('test', '-w', dir)).toMatchObject({ code: 0 });

  const first = await tradelane('run', 'orders-to-warehouse', '-w', dir, '--json');
  expect(first.code).toBe(0);
  expect(JSON.parse(first.stdout)).toMatchObject({
    status: 'succeeded',
    counts: { read: 4, delivered: 3, filtered: 1, pending: 0 },
  });
  const written = (await readdir(join(dir, 'data/warehouse'))).filter((name) => !name.startsWith('.'));
  expect(written).toHaveLength(1);
  const lines = (await readFile(join(dir, 'data/warehouse', written[0]!), 'utf8')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({
      number: 'S-1001',
      placedAt: '2026-01-14T08:12:00Z',
      shipTo: { name: 'Blumen am Markt', country: 'DE' },
      total: { amount: '63.60', currency: 'EUR' },
    }),
  );

  const again = await tradelane('run', 'orders-to-warehouse', '-w', dir, '--full', '--json');
  expect(JSON.parse(again.stdout).counts).toMatchObject({ read: 4, unchanged: 3, filtered: 1, delivered: 0 });
});

test.each([
  { source: 'ordercloud', target: 'business-central', entity: 'order', delivered: 20 },
  { source: 'file', target: 'hubspot', entity: 'customer', delivered: 3 },
  { source: 'http', target: 'ordercloud', entity: 'stock', delivered: 20 },
])(
  'runs against the simulators of its README: $entity from $source to $target',
  {
    timeout: 240_000,
  },
  async ({ source, target, entity, delivered }) => {
    const dir = join(home, 'shop');
    const asked = ['--source', source, '--target', target, '--entity', entity, '--json'];
    const { flow } = JSON.parse((await tradelane('init', dir, ...asked)).stdout) as { flow: string };
    const readme = await readFile(join(dir, 'README.md'), 'utf8');
    await using systems = await startSystems(readme, join(dir, 'config/connections.yaml'));
    const { code, stdout, stderr } = await tradelane('run', flow, '-w', dir, '--json');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout)).toMatchObject({
      status: 'succeeded',
      counts: { delivered, failed: 0, pending: 0 },
    });
    expect(systems.count).toBe([source, target].filter((each) => each !== 'file').length);
  },
);

test('what its check for build machines runs, runs, and so do the hints', { timeout: 240_000 }, async () => {
  const dir = join(home, 'shop');
  const byNpx = { npm_command: 'exec' };
  const { stdout } = await callCli(['init', 'shop', '--yes'], { cwd: home, env: byNpx });
  expect(stdout).toContain('  npx tradelane run orders-to-warehouse --workspace shop\n');
  const workflow = await readFile(join(dir, '.github/workflows/tradelane.yml'), 'utf8');
  const commands = [...workflow.matchAll(/^ +- run: (.*)$/gm)].map(([, command = '']) => command);
  expect(commands).toEqual(['npm install', 'npx tradelane validate', 'npx tradelane test']);
  const { PATH = '', HOME = '' } = process.env;
  for (const command of commands)
    execFileSync('sh', ['-c', command], { cwd: dir, env: { PATH, HOME }, stdio: 'pipe' });
  expect(await realpath(join(dir, 'node_modules/tradelane'))).toBe(await realpath(root));
});

test('names schemas for editors that are there, and brings them back after a clone', slow, async () => {
  await tradelane('init', home);
  const named = await Promise.all(
    ['config/connections.yaml', 'flows/orders-to-warehouse.yaml'].map(async (file) => {
      const [line = ''] = (await readFile(join(home, file), 'utf8')).split('\n');
      return join(home, file, '..', line.replace('# yaml-language-server: $schema=', ''));
    }),
  );
  for (const file of named) expect(JSON.parse(await readFile(file, 'utf8'))).toHaveProperty('$id');
  expect(await readFile(join(home, '.tradelane/.gitignore'), 'utf8')).toBe('*\n');

  await rm(join(home, '.tradelane'), { recursive: true });
  expect(await tradelane('validate', '-w', home)).toMatchObject({ code: 0 });
  for (const file of named) expect(JSON.parse(await readFile(file, 'utf8'))).toHaveProperty('$id');
});

test('refuses a folder with a workspace, names what is in the way and touches nothing', slow, async () => {
  await mkdir(join(home, 'flows'));
  await writeFile(join(home, 'flows/mine.yaml'), 'flow: mine\n');
  const { code, stderr, stdout } = await tradelane('init', home, '--json');
  expect(code).toBe(2);
  expect(stderr).toContain('it has flows/mine.yaml; nothing was written');
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'TL_ARGUMENT_INVALID' } });
  expect(await readdir(home)).toEqual(['flows']);
});

test('refuses a place where no folder can be, at once, and names what is in the way', slow, async () => {
  await writeFile(join(home, 'file'), '');
  await symlink(join(home, 'nowhere'), join(home, 'link'));
  const places = [
    ['file', `${join(home, 'file')} is not a folder`],
    ['file/shop', `${join(home, 'file')} is not a folder`],
    ['link', `${join(home, 'link')} is a link to something that is not there`],
    ['link/deep/shop', `${join(home, 'link')} is a link to something that is not there`],
    ...(existsSync('/proc') ? [['/proc/nope', '/proc'] as const] : []),
  ] as const;
  for (const [place, message] of places) {
    const { code, stderr } = await callCli(['init', place, '--yes'], { cwd: home });
    expect({ place, code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  }
  expect((await readdir(home)).sort()).toEqual(['file', 'link']);
});

test.each(['a b', 'ümläut-日本', '-x', "it's", 'deep/er/shop'])(
  'its hints can be typed in %s',
  slow,
  async (place) => {
    const made = await callCli(['init', '--yes', '--', place], { cwd: home });
    expect(made).toMatchObject({ code: 0 });
    const [hint = ''] = /tradelane validate --workspace .*/.exec(made.stdout) ?? [];
    const words = execFileSync('sh', ['-c', `for word in ${hint}; do echo "$word"; done`], {
      encoding: 'utf8',
    });
    const [, ...args] = words.trimEnd().split('\n');
    expect(await callCli(args, { cwd: home })).toMatchObject({ code: 0 });
  },
);

test('leaves the README of a fresh repository as it is', slow, async () => {
  await writeFile(join(home, 'README.md'), 'ours\n');
  const { code, stdout } = await tradelane('init', '--workspace', home, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ kept: ['README.md'] });
  expect(JSON.parse(stdout).files).toContain('flows/orders-to-warehouse.yaml');
  expect(await readFile(join(home, 'README.md'), 'utf8')).toBe('ours\n');
});

/** The simulators of the page's commands, and a connections file that finds them where they really listen. */
async function startSystems(readme: string, connectionsFile: string) {
  const commands = [...readme.matchAll(/^npx tradelane simulate (\S+) --port (\d+) --size (.*)$/gm)];
  const running = await Promise.all(
    commands.map(async ([, name = '', port = '', sizes = '']) => ({
      simulator: await startSimulatorProcess(name, sizes.split(' ')),
      address: `http://127.0.0.1:${port}`,
    })),
  );
  const moved = running.reduce(
    (text, { simulator, address }) => text.replaceAll(address, simulator.url),
    await readFile(connectionsFile, 'utf8'),
  );
  await writeFile(connectionsFile, moved);
  return {
    count: running.length,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(running.map(({ simulator }) => simulator.end()));
    },
  };
}

const tradelane = (...args: readonly string[]) => callCli(args, { env: { DATABASE_URL: database.url } });
