import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { disableUser } from '../../../src/app/access/users/change-users.ts';
import { makeLoginLink } from '../../../src/app/access/users/login-links.ts';
import { addUser } from '../../../src/app/access/users/users.ts';
import { useDatabase } from '../../support/database.ts';
import { accessDefaults, createTestClock, everything, openForAccess } from '../access/open-access.ts';
import { type Browser, createBrowser } from './browser.ts';
import { type LoginSite, startLoginSite } from './login-site.ts';

const database = useDatabase();
const clock = createTestClock();
const open = openForAccess(database, clock);
const password = 'purple lamp under seven';
let site: LoginSite;
beforeAll(async () => {
  await addUser(open, { name: 'anna', grants: everything, password }, 'operator');
  await addUser(open, { name: 'ben', grants: [{ role: 'viewer', flows: 'orders-*' }], password }, 'operator');
  site = await startLoginSite({ database, clock, access: accessDefaults });
});
afterAll(() => site.close());
beforeEach(async () => {
  await sql`truncate sessions, login_counts, login_browsers`.execute(database.db);
});

async function logIn(browser: Browser, form: Readonly<Record<string, string>> = {}, headers = {}) {
  return await browser.ask(`${site.url}/login/password`, {
    form: { name: 'anna', password, ...form },
    headers,
  });
}

async function me(
  browser: Browser,
): Promise<{ status: number; body: { csrfToken?: string; name?: string } }> {
  const page = await browser.ask(`${site.url}/api/v1/me`);
  return { status: page.status, body: JSON.parse(page.text) };
}

describe('whoever logs in with a password', () => {
  it('is who they are for the API, until they log out', async () => {
    const browser = createBrowser();
    expect(await me(browser)).toMatchObject({ status: 401, body: { code: 'TL_UNAUTHENTICATED' } });
    const page = await logIn(browser, { returnTo: '/errors?flow=orders' });
    expect([page.status, page.headers.get('location')]).toEqual([303, '/errors?flow=orders']);
    expect(await me(browser)).toMatchObject({
      status: 200,
      body: { name: 'anna', via: 'session', grants: everything, csrfToken: expect.any(String) },
    });
    const out = await browser.ask(`${site.url}/logout`, { method: 'POST' });
    expect([out.status, out.headers.get('location')]).toEqual([303, '/login']);
    expect([...browser.cookies(site.url).keys()]).toEqual(['tradelane-browser']);
    expect((await me(browser)).status).toBe(401);
  });

  it('is told the same, whatever is wrong, and nothing is logged of it', async () => {
    const said = await Promise.all(
      [{ name: 'nobody' }, { password: 'not it at all' }, { name: '', password: '' }, { name: '<b>"x' }].map(
        async (form) => {
          const page = await logIn(createBrowser(), { password: 'not it at all', ...form });
          expect([page.status, page.headers.getSetCookie()]).toEqual([401, []]);
          return page.text;
        },
      ),
    );
    expect(new Set(said).size).toBe(1);
    expect(said[0]).toContain('the name or the password is wrong');
    expect(site.log()).toContain('a login was refused');
    expect(site.log()).not.toMatch(/not it at all|nobody|purple/);
  });

  it('is kept waiting after too many failures, and told for how long', async () => {
    let page = await logIn(createBrowser(), { password: 'wrong' });
    for (let nth = 0; nth < 6; nth++) page = await logIn(createBrowser(), { password: 'wrong' });
    expect([page.status, page.headers.get('retry-after')]).toEqual([429, '1']);
    expect(page.text).toContain('too many logins have failed');
    clock.pass(1_000);
    expect((await logIn(createBrowser())).status).toBe(303);
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    '/login',
    '/logout',
    '/\t/evil.example',
    '/a/..//evil.example',
    '/./\\evil.example',
    'evil.example',
    '/%0d%0aSet-Cookie: a=b',
    '/ü',
  ])('is led nowhere else: %j', async (returnTo) => {
    const page = await logIn(createBrowser(), { returnTo });
    const to = new URL(page.headers.get('location') ?? '', site.url);
    expect([to.origin, page.status]).toEqual([site.url, 303]);
    expect(to.pathname).not.toMatch(/^\/log|^\/\//);
    const form = await createBrowser().ask(`${site.url}/login?returnTo=${encodeURIComponent(returnTo)}`);
    expect(form.text).not.toContain('evil.example"');
  });

  it('has another session after each login, and none that somebody has chosen', async () => {
    const browser = createBrowser();
    const chosen = 'x'.repeat(43);
    browser.setCookie(site.url, 'tradelane', chosen);
    await logIn(browser);
    const first = browser.cookies(site.url).get('tradelane');
    await logIn(browser);
    const second = browser.cookies(site.url).get('tradelane');
    expect(new Set([chosen, first, second]).size).toBe(3);
    const old = createBrowser();
    old.setCookie(site.url, 'tradelane', first ?? '');
    expect((await me(old)).status).toBe(401);
    expect((await me(browser)).status).toBe(200);
  });
});

describe('what changes something', () => {
  const endOthers = async (browser: Browser, headers: Readonly<Record<string, string>>) =>
    await browser.ask(`${site.url}/api/v1/me/sessions/end`, { method: 'POST', headers });

  it('needs the token of its session, from a page of ours', async () => {
    const [browser, other] = [createBrowser(), createBrowser()];
    await logIn(browser);
    await logIn(other);
    const { csrfToken = '' } = (await me(browser)).body;
    const foreign = (await me(other)).body.csrfToken ?? '';
    expect(foreign).not.toBe(csrfToken);
    const right = { 'x-csrf-token': csrfToken };
    const refused = [
      {},
      { 'x-csrf-token': '' },
      { 'x-csrf-token': foreign },
      { 'x-csrf-token': `${csrfToken}x` },
      { ...right, 'sec-fetch-site': 'cross-site' },
      { ...right, 'sec-fetch-site': 'same-site' },
      { ...right, origin: 'https://evil.example' },
      { ...right, origin: 'null' },
      { ...right, origin: `${site.url}.evil.example` },
    ];
    for (const headers of refused) {
      const page = await endOthers(browser, headers);
      expect([page.status, JSON.parse(page.text).code], JSON.stringify(headers)).toEqual([
        403,
        'TL_FORBIDDEN',
      ]);
    }
    expect((await me(other)).status).toBe(200);
    const done = await endOthers(browser, { ...right, origin: site.url, 'sec-fetch-site': 'same-origin' });
    expect([done.status, JSON.parse(done.text)]).toEqual([200, { ended: 1 }]);
    expect((await me(other)).status).toBe(401);
  });

  it('is not read by a page of another site either', async () => {
    const browser = createBrowser();
    await logIn(browser);
    const page = await browser.ask(`${site.url}/api/v1/me`, { headers: { origin: 'https://evil.example' } });
    expect(page.status).toBe(403);
    expect(page.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('is no login from a page of another site, by which somebody would work as another', async () => {
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const browser = createBrowser();
      expect((await logIn(browser, {}, headers)).status).toBe(403);
      expect(browser.cookies(site.url).size).toBe(0);
    }
    const browser = createBrowser();
    await logIn(browser);
    const out = { method: 'POST', headers: { origin: 'https://evil.example' } };
    expect((await browser.ask(`${site.url}/logout`, out)).status).toBe(403);
    expect((await me(browser)).status).toBe(200);
  });

  it('is a login from a page of ours, however its browser says so', async () => {
    for (const headers of [
      { origin: site.url, 'sec-fetch-site': 'same-origin' },
      { origin: site.url },
      { origin: 'null', 'sec-fetch-site': 'same-origin' },
    ])
      expect((await logIn(createBrowser(), {}, headers)).status, JSON.stringify(headers)).toBe(303);
    for (const headers of [{ origin: 'null' }, { origin: 'null', 'sec-fetch-site': 'cross-site' }])
      expect((await logIn(createBrowser(), {}, headers)).status, JSON.stringify(headers)).toBe(403);
  });

  it('is allowed by role, whoever has logged in', async () => {
    const browser = createBrowser();
    await logIn(browser, { name: 'ben' });
    const { csrfToken = '' } = (await me(browser)).body;
    const user = { name: 'eve', grants: everything };
    const page = await browser.ask(`${site.url}/api/v1/users`, {
      json: user,
      headers: { 'x-csrf-token': csrfToken },
    });
    expect([page.status, JSON.parse(page.text).code]).toEqual([403, 'TL_FORBIDDEN']);
  });
});

describe('a one-time link', () => {
  const pathFor = async (name: string) => (await makeLoginLink(open, name, 'operator')).path;

  it('is not used up by whatever looks at it on the way, and lets in once by its button', async () => {
    const path = await pathFor('anna');
    for (let nth = 0; nth < 3; nth++) {
      const page = await createBrowser().ask(`${site.url}${path}`);
      expect([page.status, page.headers.getSetCookie()]).toEqual([200, []]);
      expect(page.headers.get('referrer-policy')).toBe('same-origin');
    }
    await createBrowser().ask(`${site.url}${path}`, { method: 'HEAD' });
    const code = new URL(path, site.url).searchParams.get('code') ?? '';
    const [browser, late] = [createBrowser(), createBrowser()];
    expect((await browser.ask(`${site.url}/login/link`, { form: { code } })).status).toBe(303);
    expect((await me(browser)).body.name).toBe('anna');
    const again = await late.ask(`${site.url}/login/link`, { form: { code } });
    expect([again.status, late.cookies(site.url).size]).toEqual([401, 0]);
    expect(site.log()).not.toContain(code);
  });

  it.each(['', 'x', '"><script>alert(1)</script>', '\0'])(
    'with %j for a code lets nobody in',
    async (code) => {
      const shown = await createBrowser().ask(`${site.url}/login/link?code=${encodeURIComponent(code)}`);
      expect(shown.text).not.toContain('<script>');
      expect((await createBrowser().ask(`${site.url}/login/link`, { form: { code } })).status).toBe(401);
    },
  );
});

it('ends at once for whom is disabled, whatever their browser holds', async () => {
  await addUser(open, { name: 'carl', grants: everything, password }, 'operator');
  const browser = createBrowser();
  await logIn(browser, { name: 'carl' });
  expect((await me(browser)).status).toBe(200);
  await disableUser(open, 'carl', { by: 'operator' });
  expect((await me(browser)).status).toBe(401);
  expect((await logIn(browser, { name: 'carl' })).status).toBe(401);
});

it('changes its own password with the one until now, which ends all sessions', async () => {
  await addUser(open, { name: 'dora', grants: everything, password }, 'operator');
  const browser = createBrowser();
  await logIn(browser, { name: 'dora' });
  const change = async (json: unknown) => {
    const { csrfToken = '' } = (await me(browser)).body;
    const headers = { 'x-csrf-token': csrfToken };
    return (await browser.ask(`${site.url}/api/v1/me/password`, { method: 'PUT', json, headers })).status;
  };
  expect(await change({ password: 'four small ducks in rain' })).toBe(403);
  expect(await change({ current: 'wrong', password: 'four small ducks in rain' })).toBe(403);
  expect(await change({ current: password, password: 'short' })).toBe(400);
  expect(await change({ current: password, password: 'four small ducks in rain' })).toBe(204);
  expect((await me(browser)).status).toBe(401);
  expect((await logIn(createBrowser(), { name: 'dora', password: 'four small ducks in rain' })).status).toBe(
    303,
  );
});

describe('what browsers are told', () => {
  it('is to run and show only what comes from here, everywhere', async () => {
    for (const path of ['/login', '/api/v1/me', '/api/v1/docs', '/nothing', '/login/style.css']) {
      const { headers } = await createBrowser().ask(`${site.url}${path}`);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy, path).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('x-powered-by')).toBeNull();
    }
    const page = await createBrowser().ask(`${site.url}/login`);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.text).not.toMatch(/<script|<style|style=|onclick/);
  });

  it('is a cookie that no script reads, and over TLS one that no other host sets', async () => {
    const plain = await logIn(createBrowser());
    const lines = plain.headers.getSetCookie();
    expect(lines[0]).toMatch(/^tradelane=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(lines[1]).toMatch(
      /^tradelane-browser=[\w-]{43}; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const access = { ...accessDefaults, publicUrl: 'https://lane.example' };
    const secure = await startLoginSite({ database, clock, access });
    const form = { name: 'anna', password };
    const page = await createBrowser().ask(`${secure.url}/login/password`, { form });
    const { headers } = page;
    expect(headers.getSetCookie()[0]).toMatch(
      /^__Host-tradelane=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(headers.getSetCookie()[1]).toMatch(/^__Host-tradelane-browser=/);
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=31536000/);
    // What a plain cookie says is nothing there.
    const browser = createBrowser();
    browser.setCookie(secure.url, 'tradelane', /tradelane=([\w-]+)/.exec(lines[0] ?? '')?.[1] ?? '');
    expect((await browser.ask(`${secure.url}/api/v1/me`)).status).toBe(401);
    await secure.close();
  });
});

it('lets one address try so often and no more, whoever it tries to be', async () => {
  const strict = await startLoginSite({ database, clock, access: accessDefaults, loginsPerMinute: 3 });
  const tried = async (nth: number) => {
    const form = { name: `user${nth}`, password: 'wrong' };
    return (await createBrowser().ask(`${strict.url}/login/password`, { form })).status;
  };
  expect([await tried(1), await tried(2), await tried(3), await tried(4)]).toEqual([401, 401, 401, 429]);
  expect((await createBrowser().ask(`${strict.url}/api/v1/me`)).status).toBe(401);
  await strict.close();
});

it('counts where somebody comes from by what a trusted proxy says, and by nobody else', async () => {
  const from = async (at: LoginSite, nth: number) => {
    const headers = { 'x-forwarded-for': `198.51.100.${nth}` };
    const form = { name: `user${nth}`, password: 'wrong' };
    return (await createBrowser().ask(`${at.url}/login/password`, { form, headers })).status;
  };
  const access = { ...accessDefaults, trustedProxies: ['127.0.0.1'] };
  const behind = await startLoginSite({ database, clock, access });
  await sql`insert into login_counts (about, failed, tried_at, closed_until)
    select sha256('address 198.51.100.7'), 40, ${new Date(clock.now())}, ${new Date(clock.now() + 60_000)}`.execute(
    database.db,
  );
  expect([await from(behind, 7), await from(behind, 8), await from(site, 7)]).toEqual([429, 401, 401]);
  await behind.close();
});
