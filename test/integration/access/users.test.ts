import { sql } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import type { Grant } from '../../../src/app/access/caller.ts';
import {
  disableUser,
  enableUser,
  grantUser,
  setPassword,
} from '../../../src/app/access/users/change-users.ts';
import { makeFirstLink, makeLoginLink } from '../../../src/app/access/users/login-links.ts';
import { addUser, pageUsers } from '../../../src/app/access/users/users.ts';
import { useDatabase } from '../../support/database.ts';
import { createTestClock, everything, openForAccess } from './open-access.ts';

const database = useDatabase();
const clock = createTestClock();
const open = openForAccess(database, clock);
const viewer: readonly Grant[] = [{ role: 'viewer', flows: '*' }];
const by = { by: 'operator' };

/** Entries of the audit stay: those of a test come after this one. */
let before: number;
beforeEach(async () => {
  await sql`truncate users, api_tokens, sessions, login_links, login_browsers, login_counts cascade`.execute(
    database.db,
  );
  const { rows } = await sql<{ id: number }>`select coalesce(max(id), 0) as id from audit_entries`.execute(
    database.db,
  );
  before = rows[0]?.id ?? 0;
});

const audit = async () =>
  (
    await sql<{ deed: string; by: string; about: { name?: string } }>`
      select deed, by, about from audit_entries where id > ${before} order by id`.execute(database.db)
  ).rows.map(({ deed, by: who, about }) => [deed, who, about.name]);

it('keeps no two users whose names look the same, at the same moment either', async () => {
  const names = ['Anna', 'anna', 'ANNA', '\uff21nna'];
  const all = await Promise.allSettled(
    names.map((name) => addUser(open, { name, grants: viewer }, 'operator')),
  );
  expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const one of all)
    if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'TL_CONFLICT' });
  expect((await pageUsers(open, { limit: 10 })).items).toHaveLength(1);
  expect(await audit()).toHaveLength(1);
});

it.each([
  '',
  ' anna',
  'anna berg',
  '-anna',
  'a\0',
  'a\ud800',
  'x'.repeat(101),
  '<script>',
  'a\u202eb',
  'a/b',
])('calls nobody %j', async (name) => {
  const adding = addUser(open, { name, grants: viewer }, 'operator');
  await expect(adding).rejects.toMatchObject({ code: 'TL_ARGUMENT_INVALID' });
  await expect(makeLoginLink(open, name, 'operator')).rejects.toMatchObject({ code: 'TL_NOT_FOUND' });
  expect(await audit()).toEqual([]);
});

it('lists users page by page, each once', async () => {
  for (const name of ['dora', 'Anna', 'carl', 'ben'])
    await addUser(open, { name, grants: viewer }, 'operator');
  const first = await pageUsers(open, { limit: 3 });
  const second = await pageUsers(open, { limit: 3, cursor: first.next });
  expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['Anna', 'ben', 'carl', 'dora']);
  expect(second.next).toBeUndefined();
});

it('keeps the last admin, whoever tries at the same moment, unless somebody insists', async () => {
  for (const name of ['anna', 'ben']) await addUser(open, { name, grants: everything }, 'operator');
  const both = await Promise.allSettled([
    disableUser(open, 'anna', { by: 'ben' }),
    grantUser(open, { name: 'ben', grants: viewer }, { by: 'anna' }),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const left = both[0].status === 'rejected' ? 'anna' : 'ben';
  await expect(disableUser(open, left, by)).rejects.toThrow('is the last who may see to users');
  await expect(grantUser(open, { name: left, grants: viewer }, by)).rejects.toMatchObject({
    code: 'TL_CONFLICT',
  });
  expect(await disableUser(open, left, { ...by, lastAdmin: 'allowed' })).toMatchObject({ disabled: true });
  expect(await enableUser(open, left, by)).toMatchObject({ disabled: false });
});

it('says who has decided what, and nothing where nothing was decided', async () => {
  await addUser(open, { name: 'anna', grants: everything, email: 'anna@example.org' }, 'operator');
  await grantUser(open, { name: 'ANNA', grants: [...everything, ...viewer] }, by);
  await setPassword(open, { name: 'anna', password: 'purple lamp under seven' }, by);
  await expect(setPassword(open, { name: 'anna', password: 'anna@example.org' }, by)).rejects.toThrow(
    'something else than the name',
  );
  await makeLoginLink(open, 'anna', 'operator');
  await disableUser(open, 'anna', { ...by, lastAdmin: 'allowed' });
  await expect(makeLoginLink(open, 'anna', 'operator')).rejects.toMatchObject({ code: 'TL_CONFLICT' });
  await enableUser(open, 'anna', { by: 'ben', reason: 'is back' });
  expect(await audit()).toEqual([
    ['add user', 'operator', 'anna'],
    ['grant', 'operator', 'anna'],
    ['set password', 'operator', 'anna'],
    ['make link', 'operator', 'anna'],
    ['disable user', 'operator', 'anna'],
    ['enable user', 'ben', 'anna'],
  ]);
  const { rows } = await sql<{ text: string }>`
    select users::text || coalesce(audit_entries::text, '') as text from users, audit_entries`.execute(
    database.db,
  );
  expect(rows.map(({ text }) => text).join()).not.toContain('purple');
});

it('proposes the name that may have been meant', async () => {
  await expect(disableUser(open, 'anna', by)).rejects.toThrow('no user "anna"; there is none yet');
  await addUser(open, { name: 'anna', grants: viewer }, 'operator');
  await expect(disableUser(open, 'ana', by)).rejects.toThrow('no user "ana"; did you mean "anna"?');
});

it('makes whoever starts first an admin, once, with a link until somebody has logged in', async () => {
  const links = await Promise.all(['maria', 'maria', 'maria'].map((name) => makeFirstLink(open, name)));
  expect(links.map((link) => link?.user)).toEqual(['maria', 'maria', 'maria']);
  expect((await pageUsers(open, { limit: 10 })).items).toMatchObject([{ name: 'maria', grants: everything }]);
  await sql`update users set logged_in_at = now()`.execute(database.db);
  expect(await makeFirstLink(open, 'maria')).toBeUndefined();
});

it('lets whoever starts first not in by the name of somebody who may little', async () => {
  await addUser(open, { name: 'ben', grants: viewer }, 'operator');
  expect(await makeFirstLink(open, 'maria')).toBeUndefined();
});

it('calls them admin where the system has no name for them', async () => {
  expect(await makeFirstLink(open, 'user 1000')).toMatchObject({ user: 'admin' });
});
