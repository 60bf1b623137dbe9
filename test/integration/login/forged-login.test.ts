import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { disableUser, grantUser } from '../../../src/app/access/users/change-users.ts';
import { addUser } from '../../../src/app/access/users/users.ts';
import { toAccessSettings } from '../../../src/workspace/parts/access-settings.ts';
import { useDatabase } from '../../support/database.ts';
import { createTestClock, everything, openForAccess } from '../access/open-access.ts';
import { type Browser, createBrowser, type Page } from './browser.ts';
import {
  type Forgery,
  type ForgingProvider,
  startForgingProvider,
  type TokenClaims,
} from './forging-provider.ts';
import { type LoginSite, startLoginSite } from './login-site.ts';

const database = useDatabase();
const clock = createTestClock();
const open = openForAccess(database, clock);
const clientId = 'tradelane';
let provider: ForgingProvider;
let site: LoginSite;
beforeAll(async () => {
  provider = await startForgingProvider(clientId);
  const roles = {
    grants: {
      Support: [{ role: 'support' as const, flows: 'orders-*' }],
      Admin: [{ role: 'admin' as const }],
      Viewer: [{ role: 'viewer' as const }],
    },
  };
  const file = { oidc: { issuer: provider.issuer, clientId, roles } };
  const access = toAccessSettings(file, '${OIDC_SECRET}');
  site = await startLoginSite({ database, clock, access, env: { OIDC_SECRET: 'the-secret-of-the-client' } });
});
afterAll(async () => {
  await site.close();
  await provider.close();
});
afterEach(() => provider.forge({}));

async function logIn(browser: Browser, query = ''): Promise<Page> {
  return await browser.open(`${site.url}/login/oidc${query}`);
}

async function me(browser: Browser): Promise<{ name?: string; grants?: unknown } | undefined> {
  const page = await browser.ask(`${site.url}/api/v1/me`);
  return page.status === 200 ? JSON.parse(page.text) : undefined;
}

async function expectRefused(browser: Browser, page: Page, status: number): Promise<void> {
  expect([page.status, await me(browser)], page.text).toEqual([status, undefined]);
  expect([...browser.cookies(site.url).keys()]).toEqual([]);
  const { rows } = await sql`select from sessions`.execute(database.db);
  expect(rows).toEqual([]);
}

describe('what the provider says', () => {
  const now = () => Math.floor(Date.now() / 1_000);
  const changed = (change: TokenClaims): Forgery => ({ claims: (right) => ({ ...right, ...change }) });
  const without = (name: string): Forgery => ({
    claims: (right) => Object.fromEntries(Object.entries(right).filter(([each]) => each !== name)),
  });
  it.each<[string, Forgery | (() => Forgery)]>([
    ['expired', () => changed({ exp: now() - 60 })],
    ['never expires', without('exp')],
    ['not valid yet', () => changed({ nbf: now() + 3_600 })],
    ['made at no time', without('iat')],
    ['signed with another key', { isOtherKey: true }],
    ['not signed', { alg: 'none' }],
    ['signed in another way', { alg: 'HS256' }],
    ['changed after it was signed', { isChanged: true }],
    ['no token at all', { claims: () => ({}) }],
    ['left out', { isLeftOut: true }],
    ['for somebody else', changed({ aud: 'another-client' })],
    ['for several, us not by ourselves', changed({ aud: [clientId, 'another'], azp: 'another' })],
    ['for nobody', without('aud')],
    ['by another issuer', changed({ iss: 'https://evil.example' })],
    ['by no issuer', without('iss')],
    ['about nobody', without('sub')],
    ['for another login', changed({ nonce: 'another' })],
    ['for no login', without('nonce')],
    ['an answer of another issuer', { answer: { iss: 'https://evil.example' } }],
    ['an answer with another state', { answer: { state: 'another' } }],
    ['an answer without state', { answer: { state: '' } }],
    ['a refusal', { answer: { error: 'access_denied', error_description: '<b>no</b>' } }],
    ['a code that it does not know', { refusal: { status: 400, body: '{"error":"invalid_grant"}' } }],
  ])('proves nothing where it is %s: nobody is in', async (_what, forgery) => {
    provider.forge(typeof forgery === 'function' ? forgery() : forgery);
    const browser = createBrowser();
    await expectRefused(browser, await logIn(browser), 401);
    expect(site.log()).not.toMatch(/the-secret-of|eyJ|an-access-token/);
  });

  it('is told apart where it says nothing: it is away', async () => {
    provider.forge({ refusal: { status: 500, body: 'Internal <b>error</b>' } });
    const browser = createBrowser();
    const page = await logIn(browser);
    expect(page.text).not.toContain('<b>');
    expect([401, 502]).toContain(page.status);
    expect(await me(browser)).toBeUndefined();
  });
});

describe('an answer', () => {
  it('counts once, and in the browser that has asked for it', async () => {
    const [browser, victim] = [createBrowser(), createBrowser()];
    const asked = await browser.ask(`${site.url}/login/oidc`);
    const answered = await browser.ask(asked.headers.get('location') ?? '');
    const callback = answered.headers.get('location') ?? '';
    // Somebody has another one open it, who would work in their name from then on.
    await expectRefused(victim, await victim.ask(callback), 403);
    const own = createBrowser();
    await own.ask(`${site.url}/login/oidc`);
    // A browser with a login of its own under way, too: state and nonce are those of another.
    await expectRefused(own, await own.ask(callback), 401);
    expect((await browser.ask(callback)).status).toBe(303);
    expect(await me(browser)).toMatchObject({ name: 'anna' });
    expect((await browser.ask(callback)).status).toBe(403);
    expect(provider.exchanged.filter((form) => callback.includes(form.get('code') ?? ' '))).toHaveLength(1);
    await sql`truncate sessions`.execute(database.db);
  });

  it('comes within ten minutes', async () => {
    const browser = createBrowser();
    const asked = await browser.ask(`${site.url}/login/oidc`);
    const answered = await browser.ask(asked.headers.get('location') ?? '');
    clock.pass(10 * 60_000);
    await expectRefused(browser, await browser.ask(answered.headers.get('location') ?? ''), 403);
  });

  it('is asked for with PKCE, state and nonce, and exchanged with the secret of the client', async () => {
    const browser = createBrowser();
    const asked = await browser.ask(`${site.url}/login/oidc`);
    const wish = new URL(asked.headers.get('location') ?? '').searchParams;
    expect(Object.fromEntries(wish)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      redirect_uri: `${site.url}/login/oidc/callback`,
      scope: 'openid profile email',
    });
    expect(asked.headers.getSetCookie()[0]).toMatch(
      /^tradelane-login=[\w-]{43}; Max-Age=600; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    await browser.open(asked.headers.get('location') ?? '');
    expect(Object.fromEntries(provider.exchanged.at(-1) ?? [])).toMatchObject({
      client_id: clientId,
      client_secret: 'the-secret-of-the-client',
      code_verifier: expect.stringMatching(/^[\w-]{43,}$/),
    });
    await sql`truncate sessions`.execute(database.db);
  });

  it.each(['//evil.example', 'https://evil.example', '/\\evil.example', '/login/oidc'])(
    'leads nowhere else: %s',
    async (to) => {
      const browser = createBrowser();
      const page = await logIn(browser, `?returnTo=${encodeURIComponent(to)}`);
      // From the root one is led on to what there is to read.
      expect(page.way.slice(-2)).toEqual(
        ['/', '/api/v1/docs'].map((path) => `${new URL(site.url).host}${path}`),
      );
      await sql`truncate sessions`.execute(database.db);
    },
  );
});

describe('whoever is let in', () => {
  const said = (claims: TokenClaims): Forgery => ({ claims: (right) => ({ ...right, ...claims }) });

  it('may what their roles say with this login, and no more with the next', async () => {
    const [first, second] = [createBrowser(), createBrowser()];
    provider.forge(
      said({ sub: 'sub-2', preferred_username: 'ben', roles: ['Support', 'Viewer', 'Unknown'] }),
    );
    await logIn(first);
    expect(await me(first)).toMatchObject({
      name: 'ben',
      grants: [
        { role: 'support', flows: 'orders-*' },
        { role: 'viewer', flows: '*' },
      ],
    });
    provider.forge(said({ sub: 'sub-2', preferred_username: 'ben', roles: 'Viewer' }));
    await logIn(second);
    expect(await me(second)).toMatchObject({ name: 'ben', grants: [{ role: 'viewer', flows: '*' }] });
    expect(await me(first)).toBeUndefined();
    await expect(
      grantUser(open, { name: 'ben', grants: everything }, { by: 'operator' }),
    ).rejects.toMatchObject({
      code: 'TL_CONFLICT',
    });
  });

  it.each<[string, TokenClaims, string]>([
    ['another role', { roles: ['Guest', '<i>'] }, 'it says &quot;Guest&quot;, &quot;&lt;i&gt;&quot;'],
    ['none', { roles: [] }, 'it says none of you'],
    ['nothing that could be one', { roles: { Admin: true } }, 'it says none of you'],
    ['what every object has', { roles: ['constructor', '__proto__', 'toString'] }, 'it says'],
  ])('is not let in with %s, and is told why', async (_what, claims, message) => {
    await sql`truncate sessions`.execute(database.db);
    provider.forge(said({ sub: 'sub-3', ...claims }));
    const browser = createBrowser();
    const page = await logIn(browser);
    expect(page.text).toContain(message);
    await expectRefused(browser, page, 403);
    const { rows } = await sql`select from users where subject = 'sub-3'`.execute(database.db);
    expect(rows).toEqual([]);
  });

  it('is asked after at the other address where the token says nothing of roles', async () => {
    provider.forge({
      claims: ({ roles: _, ...right }) => ({ ...right, sub: 'sub-1' }),
      userinfo: { roles: ['Admin'] },
    });
    const browser = createBrowser();
    await logIn(browser);
    expect(await me(browser)).toMatchObject({ grants: everything });
    provider.forge({
      claims: ({ roles: _, ...right }) => right,
      userinfo: { sub: 'another', roles: ['Admin'] },
    });
    const forged = createBrowser();
    expect((await logIn(forged)).status).toBe(401);
  });

  it('never becomes a user of that name who is somebody else', async () => {
    await addUser(open, { name: 'Root', grants: everything, email: 'root@example.org' }, 'operator');
    const browser = createBrowser();
    provider.forge(
      said({ sub: 'sub-4', preferred_username: 'root', email: 'root@example.org', roles: ['Viewer'] }),
    );
    await logIn(browser);
    expect(await me(browser)).toMatchObject({ name: 'root-2', grants: [{ role: 'viewer', flows: '*' }] });
    provider.forge(said({ sub: 'sub-5', preferred_username: ' <x> öl & co/../ ', roles: ['Viewer'] }));
    const odd = createBrowser();
    await logIn(odd);
    expect((await me(odd))?.name).toMatch(/^x.*öl/);
    provider.forge(
      said({ sub: 'sub-6', preferred_username: 17, email: null, name: '!!!', roles: ['Viewer'] }),
    );
    const nameless = createBrowser();
    await logIn(nameless);
    expect((await me(nameless))?.name).toMatch(/^user-[0-9a-f]{12}$/);
  });

  it('is kept out where they are disabled here, whatever the provider says', async () => {
    provider.forge(said({ sub: 'sub-7', preferred_username: 'gone', roles: ['Support'] }));
    const browser = createBrowser();
    await logIn(browser);
    await disableUser(open, 'gone', { by: 'operator' });
    expect(await me(browser)).toBeUndefined();
    const again = await logIn(browser);
    expect([again.status, await me(browser)]).toEqual([403, undefined]);
    expect(again.text).toContain('gone is disabled here');
  });

  it('is told of groups that were too many for a token', async () => {
    const roles = { claim: 'groups', grants: { Support: [{ role: 'support' as const }] } };
    const access = toAccessSettings({ oidc: { issuer: provider.issuer, clientId, roles } });
    const other = await startLoginSite({ database, clock, access });
    provider.forge(said({ sub: 'sub-8', _claim_names: { groups: 'src1' }, _claim_sources: {} }));
    const page = await createBrowser().open(`${other.url}/login/oidc`);
    expect([page.status, page.text]).toEqual([403, expect.stringContaining('too many for a token')]);
    await other.close();
  });
});
