import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findInClear } from '../../support/encryption/find-in-clear.ts';
import { expectDocument } from '../../support/output-schema.ts';
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

test('a patch, a replay, a set, a note and a record that is taken out leave nothing in clear', async () => {
  const { name, email, phone } = canary;
  const commands = [
    ['replay', '--text', 'UNMAPPED-1', '--set', 'country="DE"', '--set', `name="${name}"`],
    ['bulk', '--json'],
    ['errors', 'discard', '--key', 'REFUSED-1', '--reason', 'the customer is gone', '--yes'],
    ['errors', 'reopen', '--key', 'REFUSED-1', '--yes'],
    ['replay', '--key', 'REFUSED-1', '--set', `phone="${phone} or so"`],
    ['pending', 'take', '--flow', 'orders', '--key', 'LATER-1', '--reason', 'asked to'],
    ['plan', 'orders', '--json'],
    ['run', 'blocked'],
    ['errors', 'list', '--inside', email],
  ];
  for (const command of commands) {
    const { code, stdout, stderr } = await shop.run(command);
    expect([command.slice(0, 2), (code ?? 9) < 2], stdout + stderr).toEqual([command.slice(0, 2), true]);
  }
  expect(await inClear()).toEqual([]);
  const { rows } = await sql<{ decisions: number; bulks: number }>`
    select (select count(*) from decisions) as decisions, (select count(*) from bulks) as bulks`.execute(
    shop.workspace.database.db,
  );
  expect(rows[0]?.decisions).toBeGreaterThan(0);
  expect(rows[0]?.bulks).toBeGreaterThan(0);
  // What is read again as it is blocked already takes its place, however often it is encrypted.
  const held = await sql`select 1 from held where flow = 'blocked'`.execute(shop.workspace.database.db);
  expect(held.rows).toHaveLength(1);
});

test('without the key, or with another one, nothing is done, and the key that is needed is named', async () => {
  const rows = () => sql<{ n: number }>`select count(*) as n from runs`.execute(shop.workspace.database.db);
  const before = (await rows()).rows;
  const listed = await shop.run(['keys', '--json']);
  const { operatorKeys } = expectDocument('keys-list', listed.stdout) as { operatorKeys: readonly string[] };
  for (const keys of ['', newKey()])
    for (const command of [
      ['run', 'orders'],
      ['errors', 'list'],
      ['status'],
      ['plan', 'orders'],
      ['migrate'],
    ]) {
      const { code, stderr } = await shop.run(command, keys);
      expect([code, stderr]).toEqual([3, expect.stringContaining(`key ${operatorKeys[0]} is needed`)]);
      expect(stderr).toContain('TL_ENCRYPTION');
      expect(stderr).not.toContain(key);
    }
  expect((await rows()).rows).toEqual(before);
  for (const [given, told] of [
    ['c2hvcnQ=', 'it has 5 bytes'],
    [`${key},nonsense!`, 'key 2 of TRADELANE_ENCRYPTION_KEY must be 32 bytes'],
    [`${key},${key}`, 'is the same key as one before it'],
  ]) {
    const { code, stderr } = await shop.run(['status'], given);
    expect([code, stderr]).toEqual([3, expect.stringContaining(told ?? '')]);
  }
});

test('the key is changed: both are given, data keys are wrapped anew, and the newer one is enough', async () => {
  const newer = newKey();
  await shop.workspace.write('key.txt', `${newer}\n`);
  const file = `\${file:${shop.workspace.dir}/key.txt}`;
  await shop.workspace.write('config/tradelane.yaml', `encryption:\n  keys: ["${file}", "\${OLD_KEY}"]\n`);
  const rotated = await shop.workspace.run(['keys', 'rotate', '--by', 'anna', '--json'], { OLD_KEY: key });
  expect(expectDocument('keys-rotate', rotated.stdout)).toMatchObject({ rotated: 2 });
  const missing = await shop.workspace.run(['status']);
  expect(missing.stderr).toContain(
    'encryption.keys[1] in config/tradelane.yaml needs a key, and the environment variable OLD_KEY is not set',
  );
  await shop.workspace.write('config/tradelane.yaml', `encryption:\n  keys: ["${file}"]\n`);
  const listed = await shop.workspace.run(['errors', 'list', '--text', canary.email, '--json']);
  expect((JSON.parse(listed.stdout) as { errors: readonly unknown[] }).errors.length).toBeGreaterThan(0);
  const audit = await shop.workspace.run(['audit', '--deed', 'rotate keys', '--json']);
  expect(audit.stdout).toContain('anna');
  const renewed = await shop.workspace.run(['keys', 'renew', '--json']);
  expect(expectDocument('keys-renew', renewed.stdout), renewed.stderr).toMatchObject({
    inUse: false,
    destroyed: [expect.any(String)],
  });
  const encrypted = await shop.workspace.run(['keys', 'encrypt', '--json']);
  expect(expectDocument('keys-encrypt', encrypted.stdout)).toEqual({ rows: 0, state: 'done' });
  const told = await shop.workspace.run(['keys']);
  expect(told.stdout).toContain('nothing is in clear');
  expect(await inClear()).toEqual([]);
}, 60_000);
