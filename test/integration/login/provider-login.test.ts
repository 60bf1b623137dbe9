import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { toAccessSettings } from '../../../src/workspace/parts/access-settings.ts';
import { useDatabase } from '../../support/database.ts';
import { createTestClock } from '../access/open-access.ts';
import { type Browser, createBrowser, type Page } from './browser.ts';
import { type LoginSite, startLoginSite } from './login-site.ts';
import { type RealProvider, startRealProvider } from './real-provider.ts';

const database = useDatabase();
let provider: RealProvider;
let site: LoginSite;
beforeAll(async () => {
  const [clientId, clientSecret] = ['tradelane', 'a-secret-of-the-tests'];
  provider = await startRealProvider({ clientId, clientSecret, site: () => site.url });
  const roles = {
    grants: {
      'Tradelane.Support': [{ role: 'support' as const, flows: 'orders-*' }],
      'Tradelane.Admin': [{ role: 'admin' as const }],
    },
  };
  const file = { oidc: { issuer: provider.issuer, clientId, roles, label: 'the works' } };
  const access = toAccessSettings(file, clientSecret);
  site = await startLoginSite({
    database,
    clock: { ...createTestClock(), now: () => Date.now() },
    access,
  });
});
afterAll(async () => {
  await site.close();
  await provider.close();
});
beforeEach(async () => {
  await sql`truncate sessions`.execute(database.db);
});

/** The action of the form on a page, and its hidden fields. */
function formOf({ text, url }: Page): { action: string; fields: Record<string, string> } {
  const action = /<form[^>]* action="([^"]+)"/.exec(text)?.[1] ?? '';
  const inputs = [...text.matchAll(/<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)];
  return {
    action: new URL(action.replaceAll('&amp;', '&'), url).href,
    fields: Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, value])),
  };
}

/** Through the pages of the provider: who is it, and may Tradelane know? */
async function logIn(browser: Browser, account: string, query = ''): Promise<Page> {
  const asked = await browser.open(`${site.url}/login/oidc${query}`);
  if (!asked.text.includes('name="login"')) return asked;
  const login = formOf(asked);
  const consent = await browser.open(login.action, {
    form: { ...login.fields, login: account, password: 'any' },
  });
  if (!consent.text.includes('value="consent"')) return consent;
  const agreed = formOf(consent);
  return await browser.open(agreed.action, { form: agreed.fields });
}

async function me(browser: Browser) {
  const page = await browser.ask(`${site.url}/api/v1/me`);
  return { status: page.status, ...JSON.parse(page.text) };
}

it('lets in whom the provider knows, with what their roles say, and leads them to where they were going', async () => {
  provider.become('anna-1', {
    preferred_username: 'anna',
    email: 'anna@works.example',
    roles: ['Tradelane.Support'],
  });
  const browser = createBrowser();
  const start = await browser.ask(`${site.url}/login?returnTo=/errors`);
  expect(start.text).toContain('href="/login/oidc?returnTo=%2Ferrors">Log in with the works');
  const page = await logIn(browser, 'anna-1', '?returnTo=/errors');
  expect(page.way.at(-1)).toBe(`${new URL(site.url).host}/errors`);
  expect(page.way.some((place) => place.startsWith(`${new URL(provider.issuer).host}/`))).toBe(true);
  expect(await me(browser)).toMatchObject({
    status: 200,
    name: 'anna',
    via: 'session',
    grants: [{ role: 'support', flows: 'orders-*' }],
  });
  const { rows } = await sql`select name, email, issuer, subject, password from users`.execute(database.db);
  expect(rows).toEqual([
    { name: 'anna', email: 'anna@works.example', issuer: provider.issuer, subject: 'anna-1', password: null },
  ]);
});

it('takes other roles with the next login, in the same browser, and ends what had begun with those of before', async () => {
  provider.become('ben-1', { preferred_username: 'ben', roles: ['Tradelane.Support'] });
  const [browser, other] = [createBrowser(), createBrowser()];
  await logIn(browser, 'ben-1');
  await logIn(other, 'ben-1');
  provider.become('ben-1', { preferred_username: 'benjamin', roles: ['Tradelane.Admin', 'Something.Else'] });
  await logIn(browser, 'ben-1');
  expect(await me(browser)).toMatchObject({ name: 'ben', grants: [{ role: 'admin', flows: '*' }] });
  expect(await me(other)).toMatchObject({ status: 401 });
});

it('lets nobody in whose roles are none of ours', async () => {
  provider.become('eve-1', { preferred_username: 'eve', roles: ['Guest'] });
  const browser = createBrowser();
  const page = await logIn(browser, 'eve-1');
  expect([page.status, page.text]).toEqual([403, expect.stringContaining('gives a role here')]);
  expect(await me(browser)).toMatchObject({ status: 401 });
});

it('logs out here and there', async () => {
  provider.become('carl-1', { preferred_username: 'carl', roles: ['Tradelane.Support'] });
  const browser = createBrowser();
  await logIn(browser, 'carl-1');
  const asked = await browser.open(`${site.url}/logout`, { method: 'POST' });
  expect(await me(browser)).toMatchObject({ status: 401 });
  expect(new URL(asked.url).origin).toBe(provider.issuer);
  const confirm = formOf(asked);
  const back = await browser.open(confirm.action, { form: { ...confirm.fields, logout: 'yes' } });
  expect(back.url).toMatch(new RegExp(`^${site.url}/login`));
  // The provider asks again who it is.
  expect((await browser.open(`${site.url}/login/oidc`)).text).toContain('name="login"');
});

it('takes an answer of the provider once', async () => {
  provider.become('dora-1', { preferred_username: 'dora', roles: ['Tradelane.Support'] });
  const browser = createBrowser();
  await logIn(browser, 'dora-1');
  // The provider knows her by now: it answers at once.
  const asked = await browser.ask(`${site.url}/login/oidc`);
  let page = await browser.ask(asked.headers.get('location') ?? '');
  for (
    let nth = 0;
    nth < 5 && !page.headers.get('location')?.startsWith(`${site.url}/login/oidc/callback`);
    nth++
  )
    page = await browser.ask(new URL(page.headers.get('location') ?? '', page.url).href);
  const callback = page.headers.get('location') ?? '';
  const thief = createBrowser();
  expect((await thief.ask(callback)).status).toBe(403);
  expect((await browser.ask(callback)).status).toBe(303);
  expect((await browser.ask(callback)).status).toBe(403);
  // Nor does the code help whoever begins a login of their own with it.
  await thief.ask(`${site.url}/login/oidc`);
  expect((await thief.ask(callback)).status).toBe(401);
  expect(await me(thief)).toMatchObject({ status: 401 });
});
