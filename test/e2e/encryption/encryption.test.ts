import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findInClear } from '../../support/encryption/find-in-clear.ts';
import { canaries, canary, createEncryptedShop, type EncryptedShop, newKey } from './shop.ts';

const key = newKey();
let shop: EncryptedShop;

beforeAll(async () => {
  shop = await createEncryptedShop(key);
  await shop.drop(1);
  const { document, stdout, stderr } = await shop.json(['run', 'orders']);
  expect(document.counts, stdout + stderr).toMatchObject({ read: 5, delivered: 1, failed: 3, pending: 1 });
  const blocked = await shop.json(['run', 'blocked']);
  expect(blocked.document.counts, blocked.stdout).toMatchObject({ read: 1, blocked: 1 });
});
afterAll(() => shop[Symbol.asyncDispose]());

const inClear = () => findInClear(shop.workspace.database.db, canaries);

test('what has failed, waits, is blocked or is kept of what got through is in no table in clear', async () => {
  expect(await inClear()).toEqual([]);
  const { rows } = await sql<{ name: string }>`
    select 'errors' as name from errors union all select 'held' from held union all select 'history' from history`.execute(
    shop.workspace.database.db,
  );
  expect(Object.groupBy(rows, ({ name }) => name)).toMatchObject({ errors: [{}, {}, {}], held: [{}, {}] });
});

test('with the key, all of it is read and found as ever', async () => {
  const listed = await shop.json(['errors', 'list']);
  const messages = listed.document.errors.map(({ message }) => message).join('\n');
  expect(messages).toContain(canary.name.toUpperCase());
  expect(messages).toContain(`country of ${canary.name}`);
  const ways = [
    ['--text', canary.email],
    ['--inside', 'quackenbush@canary'],
    ['--message', canary.email],
    ['--text', 'UNMAPPED-1'],
  ];
  const found = [];
  for (const way of ways) found.push((await shop.json(['errors', 'list', ...way])).document.errors.length);
  expect(found).toEqual([3, 3, 1, 1]);
  const pending = await shop.run(['pending', '--json']);
  expect(pending.stdout).toContain(`busy with ${canary.email}`);
  const journey = await shop.run(['journey', canary.email, '--json']);
  expect(journey.stdout).toContain('OK-1');
  const causes = await shop.run(['errors', 'causes', '--json']);
  expect(causes.stdout).toContain(canary.email);
  const shown = await shop.run(['journey', 'OK-1', '--values', '--json']);
  expect(shown.stdout).toContain('E-OK-1');
});
