import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startCli } from '../../support/cli.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let home: string;
let database: TestDatabase;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tradelane-init-'));
  database = await createTestDatabase();
});

afterEach(async () => {
  await database[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

test('writes a workspace that validates and runs at once', { timeout: 60_000 }, async () => {
  const dir = join(home, 'shop');
  expect(await tradelane('init', dir)).toMatchObject({ code: 0 });
  expect(await tradelane('validate', '-w', dir)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('no findings'),
  });

  const first = await tradelane('run', 'orders-to-warehouse', '-w', dir, '--json');
  expect(first.code).toBe(0);
  expect(JSON.parse(first.stdout)).toMatchObject({
    status: 'succeeded',
    counts: { read: 4, delivered: 3, filtered: 1, pending: 0 },
  });
  const written = (await readdir(join(dir, 'data/warehouse'))).filter((name) => !name.startsWith('.'));
  expect(written).toHaveLength(1);
  const lines = (await readFile(join(dir, 'data/warehouse', written[0]!), 'utf8')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toContainEqual({
    order: 'S-1001',
    orderedAt: '2026-01-14T08:12:00Z',
    shipTo: { name: 'Blumen am Markt', country: 'DE' },
    items: [
      { sku: 'VASE-BLUE', quantity: '2' },
      { sku: 'CANDLE-10', quantity: '12' },
    ],
    value: { amount: '63.60', currency: 'EUR' },
  });

  const again = await tradelane('run', 'orders-to-warehouse', '-w', dir, '--full', '--json');
  expect(JSON.parse(again.stdout).counts).toMatchObject({ read: 4, unchanged: 3, filtered: 1, delivered: 0 });
});

test('names schemas for editors that are there, and brings them back after a clone', async () => {
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

test('refuses a folder with a workspace, names what is in the way and touches nothing', async () => {
  await mkdir(join(home, 'flows'));
  await writeFile(join(home, 'flows/mine.yaml'), 'flow: mine\n');
  const { code, stderr, stdout } = await tradelane('init', home, '--json');
  expect(code).toBe(2);
  expect(stderr).toContain('it has flows/mine.yaml; nothing was written');
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'TL_ARGUMENT_INVALID' } });
  expect(await readdir(home)).toEqual(['flows']);
});

test('refuses a place that is a file', async () => {
  await writeFile(join(home, 'shop'), '');
  expect(await tradelane('init', join(home, 'shop'))).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('is not a folder'),
  });
});

test('leaves the README of a fresh repository as it is', async () => {
  await writeFile(join(home, 'README.md'), 'ours\n');
  const { code, stdout } = await tradelane('init', '--workspace', home, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ kept: ['README.md'] });
  expect(JSON.parse(stdout).files).toContain('flows/orders-to-warehouse.yaml');
  expect(await readFile(join(home, 'README.md'), 'utf8')).toBe('ours\n');
});

async function tradelane(...args: readonly string[]) {
  await using running = startCli(args, { env: { DATABASE_URL: database.url } });
  const { code } = await running.ended();
  return { code, stdout: running.stdout(), stderr: running.stderr() };
}
