import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { logInByLink, logInByPassword } from '../../../src/app/access/login/log-in.ts';
import { hashPassword } from '../../../src/app/access/passwords/hash-password.ts';
import {
  callerOfSession,
  csrfTokenOf,
  endSession,
  endSessionsOf,
  logOut,
  pageSessions,
} from '../../../src/app/access/sessions/sessions.ts';
import { disableUser, grantUser, setPassword } from '../../../src/app/access/users/change-users.ts';
import { makeLoginLink } from '../../../src/app/access/users/login-links.ts';
import { present } from '../../../src/contract/present.ts';
import { useDatabase } from '../../support/database.ts';
import { accessDefaults, createTestClock, everything, openForAccess, placeAt } from './open-access.ts';

const database = useDatabase();
const clock = createTestClock();
const open = openForAccess(database, clock);
const limits = accessDefaults.sessions;
const password = 'purple lamp under seven';
const minute = 60_000;

const rights = JSON.stringify(everything);
let hash: string;
beforeAll(async () => {
  hash = await hashPassword(password);
});
beforeEach(async () => {
  await sql`truncate users, api_tokens, sessions, login_links, login_browsers, login_counts cascade`.execute(
    database.db,
  );
  for (const name of ['anna', 'boss'])
    await sql`
      insert into users (name, known, password, grants, created_at)
      values (${name}, ${name}, ${hash}, ${rights}::jsonb, now())`.execute(database.db);
});

const logIn = async (name = 'anna', place = placeAt('192.0.2.1')) =>
  await logInByPassword(open, { name, password }, place, accessDefaults);
const callerOf = async (secret: string) => await callerOfSession(open, secret, limits);

async function codeFor(name: string): Promise<string> {
  const { path } = await makeLoginLink(open, name, 'operator');
  return present(new URL(path, 'http://localhost').searchParams.get('code'), 'the code of a link');
}

describe('a session', () => {
  it('is its user, and is kept as a hash only', async () => {
    const { secret } = await logIn('ANNA');
    expect(await callerOf(secret)).toMatchObject({ name: 'anna', via: 'session', grants: everything });
    const { rows } = await sql<{ text: string }>`select sessions::text as text from sessions`.execute(
      database.db,
    );
    expect(rows[0]?.text).not.toContain(secret);
    for (const none of ['', 'x', `${secret}x`, secret.slice(1), csrfTokenOf(secret), secret.repeat(1_000)])
      expect(await callerOf(none)).toBeUndefined();
  });

  it('ends when nothing is asked for a while', async () => {
    const { secret } = await logIn();
    for (let nth = 0; nth < 3; nth++) {
      clock.pass(29 * minute);
      expect(await callerOf(secret)).toBeDefined();
    }
    clock.pass(30 * minute);
    expect(await callerOf(secret)).toBeUndefined();
    // What asked too late has not woken it.
    expect(await callerOf(secret)).toBeUndefined();
  });

  it('ends after its time, however busy it is', async () => {
    const { secret, expiresAt } = await logIn();
    const times = Math.floor((expiresAt.getTime() - clock.now() - 1) / (20 * minute));
    for (let nth = 0; nth < times; nth++) {
      clock.pass(20 * minute);
      expect(await callerOf(secret)).toBeDefined();
    }
    clock.pass(20 * minute);
    expect(await callerOf(secret)).toBeUndefined();
    await logIn();
    const { rows } = await sql`select from sessions`.execute(database.db);
    expect(rows).toHaveLength(1);
  });

  it('is another one after each login, and ends the one that the browser had', async () => {
    const foisted = await logIn('boss');
    const { secret } = await logIn('anna', placeAt('192.0.2.1', { session: foisted.secret }));
    expect(secret).not.toBe(foisted.secret);
    expect(await callerOf(foisted.secret)).toBeUndefined();
    expect(csrfTokenOf(secret)).not.toBe(csrfTokenOf(foisted.secret));
    const unknown = await logIn('anna', placeAt('192.0.2.1', { session: 'chosen-by-somebody' }));
    expect(unknown.secret).not.toBe('chosen-by-somebody');
  });

  it('ends at once with logout, and that of others stays', async () => {
    const [one, other] = [await logIn(), await logIn()];
    await logOut(open, present(await callerOf(one.secret), 'a caller'));
    expect(await callerOf(one.secret)).toBeUndefined();
    expect(await callerOf(other.secret)).toBeDefined();
  });

  it.each([
    ['disabled', () => disableUser(open, 'anna', { by: 'boss' })],
    [
      'given other rights',
      () => grantUser(open, { name: 'anna', grants: [{ role: 'viewer', flows: '*' }] }, { by: 'boss' }),
    ],
    [
      'given a password',
      () => setPassword(open, { name: 'anna', password: 'four small ducks in rain' }, { by: 'boss' }),
    ],
  ])('ends everywhere once its user is %s, as do their links', async (_what, change) => {
    const sessions = [await logIn(), await logIn(), await logIn('boss')];
    const code = await codeFor('anna');
    await change();
    const callers = await Promise.all(sessions.map(({ secret }) => callerOf(secret)));
    expect(callers.map((caller) => caller?.name)).toEqual([undefined, undefined, 'boss']);
    await expect(logInByLink(open, code, placeAt('192.0.2.1'), accessDefaults)).rejects.toMatchObject({
      code: 'TL_UNAUTHENTICATED',
    });
  });

  it('is listed with where it comes from, and ended by its number', async () => {
    const [, second] = [
      await logIn(),
      await logIn('anna', placeAt('2001:db8::1', { client: 'Firefox\u0007' })),
    ];
    await logIn('boss');
    const anna = present(await callerOf(second.secret), 'a caller');
    const own = { userId: anna.userId, limits };
    const { items } = await pageSessions(open, own, { limit: 10 });
    expect(items).toMatchObject([
      { id: anna.sessionId, user: 'anna', way: 'password', address: '2001:db8::1', client: 'Firefox\\u0007' },
      { user: 'anna', address: '192.0.2.1' },
    ]);
    const first = await pageSessions(open, { userId: undefined, limits }, { limit: 2 });
    const rest = await pageSessions(open, { userId: undefined, limits }, { limit: 2, cursor: first.next });
    expect([...first.items, ...rest.items].map(({ user }) => user)).toEqual(['boss', 'anna', 'anna']);
    const foreign = present(first.items[0], 'a session').id;
    await expect(endSession(open, { id: foreign, userId: anna.userId }, 'anna')).rejects.toMatchObject({
      code: 'TL_NOT_FOUND',
    });
    await endSession(open, { id: foreign, userId: undefined }, 'anna');
    const user = { id: present(anna.userId, 'an id'), name: 'anna' };
    expect(await endSessionsOf(open, { user, exceptId: anna.sessionId }, 'anna')).toBe(1);
    expect(await callerOf(second.secret)).toBeDefined();
    expect((await pageSessions(open, { userId: undefined, limits }, { limit: 10 })).items).toHaveLength(1);
  });
});

describe('a one-time link', () => {
  it('lets in once, whoever comes at the same moment', async () => {
    const code = await codeFor('anna');
    const all = await Promise.allSettled(
      [1, 2, 3].map(() => logInByLink(open, code, placeAt('192.0.2.1'), accessDefaults)),
    );
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const again = logInByLink(open, code, placeAt('192.0.2.1'), accessDefaults);
    await expect(again).rejects.toMatchObject({ code: 'TL_UNAUTHENTICATED' });
  });

  it('lets in for ten minutes, where passwords do not, and is kept as a hash', async () => {
    const closed = { ...accessDefaults, local: false };
    const code = await codeFor('anna');
    const { rows } = await sql<{ text: string }>`select login_links::text as text from login_links`.execute(
      database.db,
    );
    expect(rows[0]?.text).not.toContain(code);
    clock.pass(10 * minute - 1);
    expect(await logInByLink(open, code, placeAt('192.0.2.1'), closed)).toMatchObject({ user: 'anna' });
    const late = await codeFor('anna');
    clock.pass(10 * minute);
    await expect(logInByLink(open, late, placeAt('192.0.2.1'), closed)).rejects.toMatchObject({
      code: 'TL_UNAUTHENTICATED',
    });
    const byPassword = logInByPassword(open, { name: 'anna', password }, placeAt('192.0.2.1'), closed);
    await expect(byPassword).rejects.toMatchObject({ code: 'TL_FORBIDDEN' });
  });
});
