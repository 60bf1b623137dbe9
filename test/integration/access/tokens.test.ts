import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Caller, Grant } from '../../../src/app/access/caller.ts';
import { callerOfToken } from '../../../src/app/access/tokens/token-caller.ts';
import { createToken, pageTokens, revokeToken } from '../../../src/app/access/tokens/tokens.ts';
import { disableUser, enableUser, grantUser } from '../../../src/app/access/users/change-users.ts';
import { addUser } from '../../../src/app/access/users/users.ts';
import { useDatabase } from '../../support/database.ts';
import { accessDefaults, createTestClock, everything, openForAccess, operator } from './open-access.ts';

const database = useDatabase();
const clock = createTestClock();
const open = openForAccess(database, clock);
const { tokens: settings } = accessDefaults;
const support: readonly Grant[] = [{ role: 'support', flows: 'orders-*' }];
const dayMs = 86_400_000;

beforeEach(async () => {
  await sql`truncate users, api_tokens, sessions cascade`.execute(database.db);
});

const unauthenticated = { code: 'TL_UNAUTHENTICATED' };

async function callerNamed(name: string, grants: readonly Grant[]): Promise<Caller> {
  await addUser(open, { name, grants }, 'operator');
  const { rows } = await sql<{ id: number }>`select id from users where name = ${name}`.execute(database.db);
  return { name, via: 'session', grants, userId: rows[0]?.id ?? 0 };
}

describe('a token', () => {
  it('lets in with what it was given, and is nowhere in the database', async () => {
    const { token, id } = await createToken(open, { name: 'helpdesk', grants: support }, operator, settings);
    expect(token).toMatch(new RegExp(`^${id}_[\\w-]{43}$`));
    expect(await callerOfToken(open, token)).toEqual({
      name: `helpdesk (${id})`,
      via: 'token',
      grants: support,
    });
    const { rows } = await sql<{ text: string }>`
      select api_tokens::text as text from api_tokens union select audit_entries::text from audit_entries`.execute(
      database.db,
    );
    expect(rows.map(({ text }) => text).join()).not.toContain(token.slice(id.length + 1));
    expect((await pageTokens(open, {}, { limit: 10 })).items).toMatchObject([
      { id, name: 'helpdesk', madeBy: 'operator', usedAt: new Date(clock.now()) },
    ]);
  });

  it('is one only as a whole', async () => {
    const { token, id } = await createToken(open, { grants: support }, operator, settings);
    const other = (await createToken(open, { grants: support }, operator, settings)).token;
    const wrong = [
      '',
      id,
      `${id}_`,
      token.slice(0, -1),
      `${token}A`,
      ` ${token}`,
      token.toUpperCase(),
      `${id}${other.slice(id.length)}`,
      `${token}\0`,
      `tl_' or 1=1--_${'a'.repeat(43)}`,
      'x'.repeat(100_000),
    ];
    for (const text of wrong) {
      const asking = callerOfToken(open, text);
      await expect(asking, text.slice(0, 100)).rejects.toMatchObject(unauthenticated);
      await expect(callerOfToken(open, text)).rejects.toThrow(/^the token is none that was made here$/);
    }
  });

  it('ends when its time is over, and when it is revoked, which is noted once', async () => {
    const made = await createToken(open, { grants: support, lastsMs: dayMs }, operator, settings);
    clock.pass(dayMs - 1);
    await callerOfToken(open, made.token);
    clock.pass(1);
    await expect(callerOfToken(open, made.token)).rejects.toThrow(`the token ${made.id} has expired at`);
    const other = await createToken(open, { grants: support }, operator, settings);
    // Whoever has found a token somewhere has all of it.
    await revokeToken(open, other.token, { by: 'ben', reason: 'was in a log' });
    await revokeToken(open, other.id, { by: 'carl' });
    await expect(callerOfToken(open, other.token)).rejects.toThrow(`the token ${other.id} was revoked at`);
    const { rows } = await sql`select by, reason from audit_entries
      where deed = 'revoke token' and about->>'name' = ${other.id}`.execute(database.db);
    expect(rows).toEqual([{ by: 'ben', reason: 'was in a log' }]);
    expect((await pageTokens(open, {}, { limit: 10 })).items).toEqual([]);
    expect((await pageTokens(open, { which: 'all' }, { limit: 10 })).items).toHaveLength(2);
  });

  it('is not revoked by half of it, and what was said is not repeated', async () => {
    const { token } = await createToken(open, { grants: support }, operator, settings);
    const nearly = `${token}x`;
    await expect(revokeToken(open, nearly, { by: 'ben' })).rejects.toMatchObject({ code: 'TL_NOT_FOUND' });
    await expect(revokeToken(open, nearly, { by: 'ben' })).rejects.not.toThrow(token.slice(14));
    await expect(revokeToken(open, 'tl_2222222222', { by: 'ben' })).rejects.toMatchObject({
      code: 'TL_NOT_FOUND',
    });
    await callerOfToken(open, token);
  });

  it.each([
    [{ lastsMs: 366 * dayMs }, 'at most 365 days'],
    [{ lastsMs: 0 }, 'more than nothing'],
    [{ lastsMs: -1 }, 'more than nothing'],
    [{ lastsMs: Number.NaN }, 'more than nothing'],
    [{ name: '' }, 'name: expected'],
    [{ name: 'two\nlines' }, 'name: expected'],
    [{ name: 'nul\0' }, 'name: expected'],
    [{ grants: [] }, 'grants: expected one or more'],
    [{ grants: [{ role: 'admin' as const, flows: 'orders' }] }, 'an admin sees to'],
  ])('is not made of %j', async (wish, message) => {
    const making = createToken(open, { grants: support, ...wish }, operator, settings);
    await expect(making).rejects.toThrow(message);
    expect((await pageTokens(open, { which: 'all' }, { limit: 10 })).items).toEqual([]);
  });

  it('is never made for longer than the most, where the usual time is longer', async () => {
    const short = { lifetimeMs: 90 * dayMs, maxLifetimeMs: 7 * dayMs };
    const { createdAt, expiresAt } = await createToken(open, { grants: support }, operator, short);
    expect(expiresAt.getTime() - createdAt.getTime()).toBe(7 * dayMs);
  });
});

describe('whoever makes a token', () => {
  it('gives no more than they have', async () => {
    const anna = await callerNamed('anna', [{ role: 'integrator', flows: 'orders-*' }]);
    const tooMuch: readonly Grant[] = [
      { role: 'viewer', flows: '*' },
      { role: 'admin', flows: '*' },
      { role: 'viewer', flows: 'prices' },
    ];
    for (const grant of tooMuch) {
      const making = createToken(open, { grants: [...support, grant] }, anna, settings);
      await expect(making).rejects.toMatchObject({ code: 'TL_FORBIDDEN' });
    }
    const { token } = await createToken(open, { grants: support }, anna, settings);
    expect(await callerOfToken(open, token)).toMatchObject({ grants: support, userId: anna.userId });
  });

  it('takes what they lose from their tokens, at once, and gives it back with it', async () => {
    await callerNamed('boss', everything);
    const anna = await callerNamed('anna', everything);
    const { token } = await createToken(open, { grants: everything }, anna, settings);
    await grantUser(open, { name: 'anna', grants: [{ role: 'support', flows: '*' }] }, { by: 'boss' });
    expect((await callerOfToken(open, token)).grants).toEqual([{ role: 'support', flows: '*' }]);
    await grantUser(open, { name: 'anna', grants: support }, { by: 'boss' });
    expect((await callerOfToken(open, token)).grants).toEqual([]);
    await disableUser(open, 'anna', { by: 'boss' });
    await expect(callerOfToken(open, token)).rejects.toMatchObject(unauthenticated);
    await enableUser(open, 'anna', { by: 'boss' });
    await grantUser(open, { name: 'anna', grants: everything }, { by: 'boss' });
    expect((await callerOfToken(open, token)).grants).toEqual(everything);
  });
});

it('lists tokens page by page, of one maker where that is asked for', async () => {
  const anna = await callerNamed('anna', support);
  const makers = [operator, anna, operator, anna, operator];
  for (const [nth, maker] of makers.entries()) {
    // Two of them in the same millisecond.
    if (nth !== 3) clock.pass(1);
    await createToken(open, { name: `t${nth}`, grants: support }, maker, settings);
  }
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await pageTokens(open, {}, { limit: 2, cursor });
    names.push(...page.items.map(({ name }) => name));
    cursor = page.next;
  } while (cursor !== undefined);
  expect(names[0]).toBe('t4');
  expect([...names].sort()).toEqual(['t0', 't1', 't2', 't3', 't4']);
  const own = await pageTokens(open, { userId: anna.userId }, { limit: 10 });
  expect(own.items.map(({ name }) => name)).toEqual(['t3', 't1']);
});
