import { sql } from 'kysely';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { countAfter, takeLoginTry } from '../../../src/app/access/login/lock-out.ts';
import { logInByLink, logInByPassword } from '../../../src/app/access/login/log-in.ts';
import { makeLoginLink } from '../../../src/app/access/users/login-links.ts';
import { addUser } from '../../../src/app/access/users/users.ts';
import { toFault } from '../../../src/contract/fault.ts';
import { present } from '../../../src/contract/present.ts';
import { useDatabase } from '../../support/database.ts';
import { accessDefaults, createTestClock, everything, openForAccess, placeAt } from './open-access.ts';

const database = useDatabase();
const clock = createTestClock();
const open = openForAccess(database, clock);
const password = 'purple lamp under seven';
const [second, minute, hour] = [1_000, 60_000, 3_600_000];

beforeAll(async () => {
  for (const name of ['anna', 'ben']) await addUser(open, { name, grants: everything, password }, 'operator');
});
beforeEach(async () => {
  await sql`truncate sessions, login_links, login_browsers, login_counts`.execute(database.db);
});

interface Try {
  readonly name?: string;
  readonly password?: string;
  readonly address?: string;
  readonly browser?: string | undefined;
}

/** `in`, or the code of what it was refused with. */
async function attempt({
  name = 'anna',
  address = '192.0.2.1',
  browser,
  ...wish
}: Try = {}): Promise<string> {
  const said = { name, password: wish.password ?? 'not the right one' };
  return await logInByPassword(open, said, placeAt(address, { browser }), accessDefaults).then(
    () => 'in',
    (thrown: unknown) => toFault(thrown).code,
  );
}

const right = { password };

/** The same without a look at a password, which takes its time: of one that is wrong. */
async function fail({ name = 'anna', address = '192.0.2.1', browser }: Try = {}): Promise<string> {
  return await takeLoginTry(open.db, { known: name, address, browser }, new Date(clock.now())).then(
    () => 'TL_UNAUTHENTICATED',
    (thrown: unknown) => toFault(thrown).code,
  );
}

it('lets somebody mistype a few times', async () => {
  for (let nth = 0; nth < 4; nth++) expect(await attempt()).toBe('TL_UNAUTHENTICATED');
  expect(await attempt(right)).toBe('in');
  // What was counted is forgotten with it.
  for (let nth = 0; nth < 5; nth++) expect(await attempt()).toBe('TL_UNAUTHENTICATED');
  expect(await attempt(right)).toBe('in');
});

it('closes the way in for twice as long with each failure, over all addresses, and says for how long', async () => {
  for (let nth = 0; nth < 6; nth++)
    expect(await attempt({ address: `192.0.2.${nth}` })).toBe('TL_UNAUTHENTICATED');
  const closed = logInByPassword(open, { name: 'Anna', ...right }, placeAt('198.51.100.7'), accessDefaults);
  await expect(closed).rejects.toMatchObject({ code: 'TL_TOO_MANY_REQUESTS', retryAfterMs: second });
  clock.pass(second);
  expect(await attempt({ address: '192.0.2.99' })).toBe('TL_UNAUTHENTICATED');
  clock.pass(second);
  expect(await attempt(right)).toBe('TL_TOO_MANY_REQUESTS');
  clock.pass(second);
  expect(await attempt(right)).toBe('in');
  expect(await attempt({ name: 'ben', password })).toBe('in');
});

it('counts a name that nobody has like any other, and tells both the same', async () => {
  const told: string[][] = [];
  for (const name of ['nobody', 'anna']) {
    const own: string[] = [];
    for (let nth = 0; nth < 7; nth++)
      own.push(
        await logInByPassword(
          open,
          { name, password: 'not the right one' },
          placeAt(`198.51.100.${nth}`),
          accessDefaults,
        ).then(
          () => 'in',
          (thrown: unknown) => `${toFault(thrown).code} ${toFault(thrown).message}`,
        ),
      );
    told.push(own);
  }
  expect(told[0]).toEqual(told[1]);
});

it('lets no more through when all come at the same moment', async () => {
  const all = await Promise.all(
    Array.from({ length: 30 }, (_, nth) => attempt({ address: `203.0.113.${nth}` })),
  );
  expect(all.filter((code) => code === 'TL_UNAUTHENTICATED')).toHaveLength(6);
  expect(all.filter((code) => code === 'TL_TOO_MANY_REQUESTS')).toHaveLength(24);
});

it('allows a handful of guesses an hour at an account in the end', async () => {
  let guesses = 0;
  const end = clock.now() + 3 * hour;
  while (clock.now() < end - hour) {
    await fail({ address: '203.0.113.1' });
    clock.pass(5 * minute);
  }
  while (clock.now() < end) {
    if ((await fail({ address: '203.0.113.2' })) === 'TL_UNAUTHENTICATED') guesses += 1;
    clock.pass(second * 45);
  }
  expect(guesses).toBeLessThanOrEqual(5);
});

it('slows down whoever tries many names from one address, and nobody elsewhere', async () => {
  const codes: string[] = [];
  for (let nth = 0; nth < 32; nth++) codes.push(await fail({ name: `user${nth}` }));
  expect(codes.at(-2)).toBe('TL_UNAUTHENTICATED');
  expect(codes.at(-1)).toBe('TL_TOO_MANY_REQUESTS');
  expect(await attempt(right)).toBe('TL_TOO_MANY_REQUESTS');
  expect(await attempt({ ...right, address: '192.0.2.2' })).toBe('in');
});

it('takes all addresses of a network of IPv6 for one, and one of IPv4 however it is written', async () => {
  const tryFrom = async (addresses: readonly string[]) => {
    for (const [nth, address] of addresses.entries()) await fail({ name: `user${nth}`, address });
    return await attempt({ name: 'ben', password, address: addresses[0] ?? '' });
  };
  const hosts = Array.from({ length: 31 }, (_, nth) => `2001:db8:0:1::${nth.toString(16)}`);
  expect(await tryFrom(hosts)).toBe('TL_TOO_MANY_REQUESTS');
  expect(await attempt({ name: 'ben', password, address: '2001:db8:0:2::1' })).toBe('in');
  const mapped = Array.from({ length: 31 }, (_, nth) => (nth % 2 === 0 ? '192.0.2.9' : '::ffff:192.0.2.9'));
  expect(await tryFrom(mapped)).toBe('TL_TOO_MANY_REQUESTS');
});

it('keeps nobody out whom a colleague wants to keep out', async () => {
  const { browser } = await logInByPassword(
    open,
    { name: 'anna', password },
    placeAt('192.0.2.1'),
    accessDefaults,
  );
  // From the same office, all night long.
  for (let nth = 0; nth < 50; nth++) {
    await fail();
    clock.pass(15 * minute);
  }
  for (let nth = 0; nth < 3; nth++) await fail();
  expect(await attempt(right)).toBe('TL_TOO_MANY_REQUESTS');
  // In her own browser she mistypes, and comes in all the same.
  expect(await attempt({ browser })).toBe('TL_UNAUTHENTICATED');
  expect(await attempt({ ...right, browser })).toBe('in');
  // Without that browser, somebody who sees to users lets her in.
  const { path } = await makeLoginLink(open, 'anna', 'operator');
  const code = present(new URL(path, 'http://localhost').searchParams.get('code'), 'the code');
  expect(await logInByLink(open, code, placeAt('192.0.2.1'), accessDefaults)).toMatchObject({ user: 'anna' });
});

it('trusts a browser for the account that was let in from it, and only so far', async () => {
  const { browser } = await logInByPassword(
    open,
    { name: 'ben', password },
    placeAt('192.0.2.5'),
    accessDefaults,
  );
  for (let nth = 0; nth < 7; nth++) await fail();
  expect(await attempt({ ...right, browser })).toBe('TL_TOO_MANY_REQUESTS');
  for (let nth = 0; nth < 11; nth++) await fail({ name: 'ben', browser });
  expect(await attempt({ name: 'ben', password, browser })).toBe('TL_TOO_MANY_REQUESTS');
  expect(await attempt({ name: 'ben', password, browser: 'made up', address: '192.0.2.6' })).toBe('in');
});

it('forgets after a day', async () => {
  for (let nth = 0; nth < 12; nth++) {
    await fail();
    clock.pass(minute);
  }
  clock.pass(24 * hour + 1);
  for (let nth = 0; nth < 5; nth++) expect(await fail()).toBe('TL_UNAUTHENTICATED');
  expect(await attempt(right)).toBe('in');
});

it('waits for a quarter of an hour at the most', () => {
  const now = new Date(0);
  const waits = [5, 6, 7, 10, 15, 16, 1_000, 1e9].map(
    (failed) => countAfter('account', failed, now).closedUntil?.getTime() ?? 0,
  );
  expect(waits).toEqual([0, 1, 2, 16, 512, 900, 900, 900].map((seconds) => seconds * second));
});

it('hashes a password again once the parameters have changed', async () => {
  const old = '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
  await sql`update users set password = ${old} where name = 'anna'`.execute(database.db);
  expect(await attempt({ password: 'password' })).toBe('in');
  const { rows } = await sql<{ password: string }>`select password from users where name = 'anna'`.execute(
    database.db,
  );
  expect(rows[0]?.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await attempt({ password: 'password' })).toBe('in');
});
