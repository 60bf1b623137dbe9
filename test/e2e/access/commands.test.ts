import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callCli } from '../../support/call-cli.ts';
import { useDatabase } from '../../support/database.ts';
import { expectDocument } from '../../support/output-schema.ts';

const database = useDatabase();
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tradelane-access-'));
  await mkdir(join(dir, 'config'));
  const settings = 'access:\n  publicUrl: https://lane.example/\n  tokens: { maxLifetime: 30d }\n';
  await writeFile(join(dir, 'config', 'tradelane.yaml'), settings);
});
afterAll(() => rm(dir, { recursive: true }));

async function tradelane(args: readonly string[], stdin?: string) {
  return await callCli([...args, '--workspace', dir], {
    env: { DATABASE_URL: database.url },
    ...(stdin !== undefined && { stdin }),
  });
}

async function document<T>(schema: string, args: readonly string[], stdin?: string): Promise<T> {
  const { code, stdout, stderr } = await tradelane([...args, '--json'], stdin);
  expect(code, stderr).toBe(0);
  return expectDocument(schema, stdout) as T;
}

async function refused(args: readonly string[], stdin?: string): Promise<string> {
  const { code, stderr, stdout } = await tradelane(args, stdin);
  expect([code, stdout]).toEqual([2, '']);
  return stderr;
}

test('a user is added, changed and shut out, with a password that stands in no argument', async () => {
  const add = ['user', 'add', 'anna', '--role', 'admin', '--email', 'anna@example.org', '--password'];
  expect(await refused(add, 'short\n')).toContain('expected at least 12 characters, got 5');
  expect(await refused(add, '')).toContain('expected one on standard input, got nothing');
  expect(await document('user-changed', add, 'purple lamp under seven\n')).toMatchObject({
    user: { name: 'anna', email: 'anna@example.org', login: 'password', disabled: false },
  });
  expect(await refused(add, 'purple lamp under seven')).toContain('there is a user "anna" already');
  const added = await tradelane(['user', 'add', 'ben', '--role', 'support', '--flows', 'orders-*', '*@de']);
  expect(added.stdout).toMatch(/ben .* support over orders-\*, support over \*@de/);
  expect(added.stderr).toMatch(/tradelane user link .*ben/);
  await document('user-changed', ['user', 'password', 'ben'], 'four small ducks in rain');
  await document('user-changed', ['user', 'grant', 'ben', '--role', 'viewer']);
  expect(await refused(['user', 'grant', 'anna', '--role', 'support'])).toContain(
    'is the last who may see to',
  );
  expect(await refused(['user', 'disable', 'anna'])).toContain('TL_CONFLICT');
  await document('user-changed', ['user', 'disable', 'anna', '--force', '--reason', 'has left']);
  await document('user-changed', ['user', 'enable', 'anna']);
  expect(await refused(['user', 'disable', 'bem'])).toContain('no user "bem"; did you mean "ben"?');
  const { users } = await document<{ users: object[] }>('user-list', ['user', 'list']);
  expect(users).toMatchObject([
    { name: 'anna', grants: [{ role: 'admin', flows: '*' }] },
    { name: 'ben', login: 'password', grants: [{ role: 'viewer', flows: '*' }] },
  ]);
});

test('a link leads to where the workspace is reached', async () => {
  await document('user-changed', ['user', 'add', 'dora', '--role', 'viewer']);
  const { link } = await document<{ link: string }>('user-link', ['user', 'link', 'Dora']);
  expect(link).toMatch(/^https:\/\/lane\.example\/login\/link\?code=[\w-]{43}$/);
  const { stdout } = await tradelane(['user', 'link', 'dora']);
  expect(stdout).toMatch(/^https:\/\/lane\.example\/login\/link\?code=[\w-]{43}\n$/);
  expect(await refused(['user', 'link', 'nobody'])).toContain('TL_NOT_FOUND');
});

test('a token is shown once, listed without what lets in, and revoked by its id', async () => {
  const made = await document<{ token: string; id: string }>('token-create', [
    'token',
    'create',
    '--role',
    'admin',
  ]);
  expect(made.token).toMatch(/^tl_[a-z0-9]{10}_[\w-]{43}$/);
  const shown = await tradelane([
    'token',
    'create',
    '--role',
    'viewer',
    '--flows',
    'orders-*',
    '--name',
    'grafana',
  ]);
  expect(shown.stdout).toMatch(/^tl_[a-z0-9]{10}_[\w-]{43}\n$/);
  const list = await tradelane(['token']);
  expect(list.stdout).toMatch(/grafana .* viewer over orders-\*/);
  expect(list.stdout).not.toContain(made.token);
  expect(await refused(['token', 'create', '--role', 'viewer', '--expires', '31d'])).toContain(
    'at most 30 days',
  );
  expect(await refused(['token', 'create', '--role', 'viewer', '--expires', 'soon'])).toContain(
    'must be a duration',
  );
  expect(await refused(['token', 'create', '--role', 'owner'])).toContain(
    '"integrator" or "admin", got "owner"',
  );
  expect(await refused(['token', 'create', '--role', 'admin', '--flows', 'orders-*'])).toContain(
    'over all of them',
  );
  await document('token-revoke', ['token', 'revoke', made.id]);
  const { tokens } = await document<{ tokens: object[] }>('token-list', ['token', 'list']);
  expect(tokens).toMatchObject([{ name: 'grafana' }]);
  expect(await document('token-list', ['token', 'list', '--all'])).toMatchObject({ tokens: [{}, {}] });
  expect(await refused(['token', 'revoke', `${made.token}x`])).not.toContain(made.token.slice(14));
});

test('all of it is in the audit log, with who has decided it, and no secret is', async () => {
  await tradelane(['user', 'add', 'carl', '--role', 'viewer', '--by', 'maria']);
  const { rows } = await sql<{ entry: string; by: string; deed: string }>`
    select deed, by, audit_entries::text as entry from audit_entries order by id desc`.execute(database.db);
  expect(rows[0]).toMatchObject({ deed: 'add user', by: 'maria' });
  expect(new Set(rows.map(({ deed }) => deed))).toEqual(
    new Set([
      ...['add user', 'grant', 'set password', 'disable user', 'enable user', 'make link'],
      ...['create token', 'revoke token'],
    ]),
  );
  expect(rows.map(({ entry }) => entry).join()).not.toMatch(/purple|ducks|argon2|tl_\w{10}_/);
});
