import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  SessionsAnswer,
  TokenCreateAnswer,
  TokenListAnswer,
  UserListAnswer,
} from '../../../src/contract/generated/endpoints.ts';
import { createTestWorkspace, type TestWorkspace } from '../../e2e/bad-input/workspace.ts';
import { callCli } from '../../support/call-cli.ts';
import { expectDocument } from '../../support/output-schema.ts';
import { useApi } from '../../support/servers/api.ts';

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await createTestWorkspace({
    'config/tradelane.yaml': 'access: { publicUrl: "https://lane.example" }\n',
  });
});
afterAll(() => workspace[Symbol.asyncDispose]());
const api = useApi(() => ({ dir: workspace.dir, databaseUrl: workspace.database.url }));
const there = (args: readonly string[], stdin?: string) =>
  callCli(args, {
    cwd: '/',
    env: { TRADELANE_SERVER: api.url, TRADELANE_TOKEN: 'admin' },
    ...(stdin !== undefined && { stdin }),
  });

const grants = [{ role: 'support', flows: 'orders-*' }];
const password = 'purple lamp under seven';

describe('users, tokens and sessions', () => {
  const paths = [
    ['GET', '/users'],
    ['POST', '/users'],
    ['PUT', '/users/anna/grants'],
    ['PUT', '/users/anna/password'],
    ['POST', '/users/anna/disable'],
    ['POST', '/users/anna/enable'],
    ['POST', '/users/anna/link'],
    ['GET', '/tokens'],
    ['POST', '/tokens'],
    ['POST', '/tokens/tl_2222222222/revoke'],
    ['GET', '/sessions'],
    ['DELETE', '/sessions/1'],
  ] as const;
  const bodies: Readonly<Record<string, unknown>> = {
    'POST /users': { name: 'eve', grants },
    'PUT /users/anna/grants': { grants },
    'PUT /users/anna/password': { password },
    'POST /tokens': { grants },
  };

  it.each(paths)('are for admins alone: %s %s', async (method, path) => {
    const body = bodies[`${method} ${path}`] ?? (method === 'POST' ? {} : undefined);
    for (const as of ['none', 'viewer', 'support', 'integrator', 'integrator@orders-*', 'admin@orders-*'])
      expect((await api.ask(method, path, { as, body })).status, as).toBe(403);
    expect((await api.ask(method, path, { as: null, body })).status).toBe(401);
    const { rows } = await sql`select from users union all select from api_tokens`.execute(
      workspace.database.db,
    );
    expect(rows).toEqual([]);
  });
});

describe('users', () => {
  it('are added, changed and shut out, and found page by page', async () => {
    const added = await api.ask('POST', '/users', {
      body: { name: 'anna', email: 'anna@example.org', grants, password },
    });
    expect([added.status, added.body]).toMatchObject([
      201,
      { user: { name: 'anna', login: 'password', grants } },
    ]);
    expect((await api.ask('POST', '/users', { body: { name: 'Anna', grants } })).status).toBe(409);
    await api.ask('POST', '/users', { body: { name: 'ben', grants } });
    const first = (await api.ask('GET', '/users?limit=1')).body as UserListAnswer;
    const rest = (await api.ask('GET', `/users?limit=1&cursor=${first.next}`)).body as UserListAnswer;
    expect([...first.users, ...rest.users].map(({ name }) => name)).toEqual(['anna', 'ben']);
    expect(rest.next).toBeUndefined();
    const viewer = [{ role: 'viewer', flows: '*' }];
    const granted = await api.ask('PUT', '/users/ben/grants', { body: { grants: viewer } });
    expect(granted.body).toMatchObject({ user: { name: 'ben', grants: viewer } });
    expect(
      (await api.ask('POST', '/users/ben/disable', { body: { reason: 'has left' } })).body,
    ).toMatchObject({
      user: { disabled: true },
    });
    expect((await api.ask('POST', '/users/ben/link')).status).toBe(409);
    expect((await api.ask('POST', '/users/ben/enable')).body).toMatchObject({ user: { disabled: false } });
    const link = await api.ask('POST', '/users/ben/link');
    expect([link.status, link.body]).toMatchObject([
      201,
      { user: 'ben', link: expect.stringMatching(/^https:\/\/lane\.example\/login\/link\?code=[\w-]{43}$/) },
    ]);
    expect((await api.ask('POST', '/users/nobody/link')).status).toBe(404);
  });

  it.each([
    [{ name: 'x y', grants }, 'name'],
    [{ name: 'carl', grants: [] }, 'grants'],
    [{ name: 'carl', grants: [{ role: 'owner', flows: '*' }] }, 'grants'],
    [{ name: 'carl', grants: [{ role: 'admin', flows: 'orders' }] }, 'admin'],
    [{ name: 'carl', grants, password: 'short' }, 'password'],
    [{ name: 'carl', grants, email: 'no' }, 'email'],
    [{ name: 'carl', grants, more: 1 }, 'more'],
    [{ name: 'carl' }, 'grants'],
    [{ name: 17, grants }, 'name'],
    [[], 'object'],
  ])('are not made of %j', async (body, word) => {
    const answer = await api.ask('POST', '/users', { body });
    expect([answer.status, JSON.stringify(answer.body)]).toEqual([400, expect.stringContaining(word)]);
    expect(JSON.stringify(answer.body)).not.toContain('short');
  });

  it('keep the last admin, over the API whatever is said', async () => {
    const body = { name: 'boss', grants: [{ role: 'admin', flows: '*' }] };
    await api.ask('POST', '/users', { body });
    expect((await api.ask('POST', '/users/boss/disable')).status).toBe(409);
    expect((await api.ask('POST', '/users/boss/disable', { body: { evenLast: true } })).status).toBe(403);
    expect((await api.ask('PUT', '/users/boss/grants', { body: { grants } })).status).toBe(409);
  });
});

describe('tokens', () => {
  it('are made, listed and revoked, and nothing of what lets in is kept with an Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'a-key-of-the-test' };
    const made = await api.ask('POST', '/tokens', {
      body: { name: 'grafana', grants, expires: '30d' },
      headers,
    });
    const { token, id } = made.body as TokenCreateAnswer;
    expect([made.status, token.startsWith(`${id}_`)]).toEqual([201, true]);
    const { rows } = await sql<{ text: string }>`
      select idempotency_keys::text as text from idempotency_keys`.execute(workspace.database.db);
    expect(rows.map(({ text }) => text).join()).not.toContain(token.slice(14));
    expect((await api.ask('POST', '/tokens', { body: { grants, expires: '366d' } })).status).toBe(400);
    const listed = (await api.ask('GET', '/tokens')).body as TokenListAnswer;
    expect(listed.tokens).toMatchObject([{ id, name: 'grafana', madeBy: 'admin', grants }]);
    expect((await api.ask('POST', `/tokens/${id}/revoke`)).body).toMatchObject({ revoked: { id } });
    expect((await api.ask('POST', '/tokens/tl_2222222222/revoke')).status).toBe(404);
    expect(((await api.ask('GET', '/tokens')).body as TokenListAnswer).tokens).toEqual([]);
    expect(((await api.ask('GET', '/tokens?all=true')).body as TokenListAnswer).tokens).toHaveLength(1);
  });
});

describe('who asks', () => {
  it('is told who they are and what they may', async () => {
    expect((await api.ask('GET', '/me', { as: 'support@orders-*' })).body).toEqual({
      name: 'support',
      via: 'token',
      grants: [{ role: 'support', flows: 'orders-*' }],
    });
  });

  it('has no sessions with a token', async () => {
    for (const [method, path] of [
      ['GET', '/me/sessions'],
      ['POST', '/me/sessions/end'],
      ['DELETE', '/me/sessions/1'],
    ] as const)
      expect((await api.ask(method, path)).status, path).toBe(403);
    expect((await api.ask('PUT', '/me/password', { body: { password } })).status).toBe(403);
    expect(((await api.ask('GET', '/sessions?user=anna')).body as SessionsAnswer).sessions).toEqual([]);
    expect((await api.ask('GET', '/sessions?user=nobody')).status).toBe(404);
    expect((await api.ask('DELETE', '/sessions/17')).status).toBe(404);
  });
});

describe('the command line over the API', () => {
  it('does as over the database', async () => {
    const add = ['user', 'add', 'dora', '--role', 'support', '--flows', 'orders-*', '--password', '--json'];
    const added = await there(add, `${password}\n`);
    expectDocument('user-changed', added.stdout);
    const list = await there(['user', 'list', '--json']);
    const local = await callCli(['user', 'list', '--json', '-w', workspace.dir], {
      env: { DATABASE_URL: workspace.database.url },
    });
    expect(list.stdout).toBe(local.stdout);
    const made = await there(['token', 'create', '--role', 'viewer', '--json']);
    const { id } = expectDocument('token-create', made.stdout) as TokenCreateAnswer;
    expect((await there(['token', 'revoke', id])).stdout).toBe(`${id} lets nobody in any more\n`);
    expect((await there(['user', 'disable', 'boss', '--force'])).stderr).toContain(
      'only at the command line',
    );
    expect((await there(['user', 'disable', 'dorra'])).stderr).toContain('did you mean "dora"?');
    const { rows } = await sql<{ via: string }>`
      select distinct via from audit_entries where deed in ('add user', 'create token')`.execute(
      workspace.database.db,
    );
    expect(rows).toEqual([{ via: 'token' }]);
  });
});
