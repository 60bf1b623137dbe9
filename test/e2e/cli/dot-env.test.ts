import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { callCli } from '../../support/call-cli.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
let dir: string;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tradelane-env-'));
  await mkdir(join(dir, 'config'));
  await mkdir(join(dir, 'flows'));
  await writeFile(
    join(dir, 'config/connections.yaml'),
    'connections:\n  erp:\n    connector: http\n    config: { baseUrl: "${ERP_URL}" }\n    resources:\n      docs: { key: id, read: { path: /docs, records: items }, upsert: { path: "/docs/{{key}}" } }\n',
  );
  await writeFile(
    join(dir, 'flows/docs.yaml'),
    'flow: docs\nsource: { connection: erp, resource: docs }\ntarget: { connection: erp, resource: docs, write: upsert }\n',
  );
  return () => rm(dir, { recursive: true, force: true });
});

test('a variable that is missing may stand in .env of the workspace, whatever the current folder', async () => {
  const missing = await callCli(['validate', '-w', dir]);
  expect(missing).toMatchObject({ code: 2 });
  expect(missing.stdout + missing.stderr).toContain(
    "set ERP_URL in the environment or in the workspace's .env",
  );
  await writeFile(join(dir, '.env'), '# the ERP\nexport ERP_URL="http://127.0.0.1:1" # later\n');
  expect(await callCli(['validate', '-w', dir])).toMatchObject({ code: 0 });
  expect(await callCli(['validate', `--workspace=${dir}`])).toMatchObject({ code: 0 });
  expect(await callCli(['validate'], { cwd: dir })).toMatchObject({ code: 0 });
});

test('where the database is may stand there as well, and the environment wins', async () => {
  await writeFile(join(dir, '.env'), `ERP_URL=http://127.0.0.1:1\nDATABASE_URL=${database.url}\n`);
  expect(await callCli(['status', '-w', dir, '--json'])).toMatchObject({ code: 0 });
  const other = { DATABASE_URL: 'postgres://nobody:hidden@127.0.0.1:1/none' };
  const refused = await callCli(['status', '-w', dir], { env: other });
  expect(refused).toMatchObject({ code: 3 });
  expect(refused.stderr).not.toContain('hidden');
});

test.each([
  ['written on Windows, with a mark', '\ufeffERP_URL=http://127.0.0.1:1\r\nOTHER="a b"\r\n'],
  ['with export, quotes and notes', "# the ERP\nexport ERP_URL='http://127.0.0.1:1' # later\n"],
  ['with a value of several lines', 'CERT="one\ntwo\nthree"\nERP_URL=`http://127.0.0.1:1`\n'],
])('is read %s', async (_, text) => {
  await writeFile(join(dir, '.env'), text);
  expect(await callCli(['validate', '-w', dir])).toMatchObject({ code: 0, stderr: '' });
});

test('a line that sets nothing is told by its place', async () => {
  await writeFile(
    join(dir, '.env'),
    'ERP_URL=http://127.0.0.1:1\n\nERP_TOKEN: hunter2\nOTHER="hunter3\nhunter4\n',
  );
  const { code, stderr } = await callCli(['validate', '-w', dir]);
  expect(code).toBe(0);
  expect(stderr).toContain(`${join(dir, '.env')}:3: expected NAME=value; the line is left out`);
  expect(stderr).toContain(`${join(dir, '.env')}:4: the " that opens here is never closed`);
  expect(stderr).toContain(`${join(dir, '.env')}:5: expected NAME=value`);
  expect(stderr).not.toMatch(/hunter/);
});

test('what cannot be read is told by its path, and nothing that stands in it is printed', async () => {
  await writeFile(join(dir, '.env'), 'ERP_URL=http://127.0.0.1:1\nDATABASE_URL=hunter2\n');
  const invalid = await callCli(['status', '-w', dir]);
  expect(invalid).toMatchObject({ code: 2 });
  expect(invalid.stderr).toContain('DATABASE_URL must be postgres://');
  expect(invalid.stderr + invalid.stdout).not.toContain('hunter2');
  await writeFile(join(dir, '.env'), Buffer.from('\ufeffERP_URL=http://127.0.0.1:1\n', 'utf16le'));
  const wide = await callCli(['validate', '-w', dir]);
  expect(wide).toMatchObject({ code: 2 });
  expect(wide.stderr).toContain('.env cannot be read: expected text in UTF-8');
  await rm(join(dir, '.env'));
  await mkdir(join(dir, '.env'));
  const folder = await callCli(['validate', '-w', dir]);
  expect(folder).toMatchObject({ code: 2 });
  expect(folder.stderr).toContain(`${join(dir, '.env')} cannot be read: it is a folder`);
});

test('a secret may stand in a file that a variable names, in the environment or in .env', async () => {
  await writeFile(join(dir, '.env'), 'ERP_URL=http://127.0.0.1:1\n');
  await writeFile(join(dir, 'database-url'), `${database.url}\n`);
  const named = { DATABASE_URL_FILE: join(dir, 'database-url') };
  expect(await callCli(['status', '-w', dir, '--json'], { env: named })).toMatchObject({ code: 0 });
  expect(
    await callCli(['status', '--json'], { env: { DATABASE_URL_FILE: 'database-url' }, cwd: dir }),
  ).toMatchObject({ code: 0 });
  // In .env, from the workspace on; what the environment says wins.
  await writeFile(join(dir, '.env'), 'ERP_URL=http://127.0.0.1:1\nDATABASE_URL_FILE=database-url\n');
  expect(await callCli(['status', '-w', dir, '--json'])).toMatchObject({ code: 0 });
  const away = { DATABASE_URL: 'postgres://nobody:hidden@127.0.0.1:1/none' };
  expect(await callCli(['status', '-w', dir], { env: away })).toMatchObject({ code: 3 });
});

test.each([
  ['is not there', {}, 'DATABASE_URL_FILE: the file .*none cannot be read: ENOENT'],
  ['says nothing', { none: ' \n' }, 'DATABASE_URL_FILE: the file .*none is empty'],
])('a file of a secret that %s is told', async (_, files, told) => {
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
  const env = { DATABASE_URL_FILE: join(dir, 'none') };
  const { code, stderr } = await callCli(['status', '-w', dir], { env });
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(told) });
});

test('a secret that is said twice is told, and not shown', async () => {
  await writeFile(join(dir, 'secret'), 'postgres://nobody:hidden@127.0.0.1:1/none');
  const env = { DATABASE_URL: database.url, DATABASE_URL_FILE: join(dir, 'secret') };
  const { code, stderr } = await callCli(['status', '-w', dir], { env });
  expect(code).toBe(2);
  expect(stderr).toContain('DATABASE_URL and DATABASE_URL_FILE are set: expected one of them');
  expect(stderr).not.toMatch(/hidden|nobody/);
});
