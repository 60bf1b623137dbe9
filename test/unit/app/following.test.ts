import { expect, it } from 'vitest';
import { createFollowing, paceMs } from '../../../src/app/notices/following.ts';
import { createNoticeSender, formatNotice, parseNotice } from '../../../src/app/notices/notice-sender.ts';

const never = new AbortController().signal;
const long = 60_000;

it('returns at once for a status that has changed, also for one that changed before it was asked', async () => {
  const following = createFollowing(() => {});
  following.hear('turned');
  await following.next(long, never);
  const next = following.next(long, never);
  following.hear('turned');
  await next;
});

it('returns for records at its own pace: one look for a hundred of them', async () => {
  const following = createFollowing(() => {});
  const startedAt = performance.now();
  for (let count = 0; count < 100; count += 1) following.hear('recorded');
  await following.next(long, never);
  expect(performance.now() - startedAt).toBeGreaterThan(paceMs * 0.9);
  following.hear('recorded');
  following.hear('turned');
  const turnedAt = performance.now();
  await following.next(long, never);
  expect(performance.now() - turnedAt).toBeLessThan(paceMs);
});

it('returns when nothing is heard for long enough, and when it is to stop', async () => {
  const following = createFollowing(() => {});
  await following.next(5, never);
  const stopping = new AbortController();
  const next = following.next(long, stopping.signal);
  stopping.abort();
  await next;
  await following.next(long, stopping.signal);
});

it('gathers what is told in quick succession into one notice, and sends the rest when it is closed', async () => {
  const sent: string[] = [];
  const { promise: first, resolve } = Promise.withResolvers<void>();
  const sender = createNoticeSender('me', async (text) => {
    sent.push(text);
    resolve();
  });
  sender.add([1]);
  sender.add([2, 1]);
  await first;
  for (let run = 3; run < 50; run += 1) sender.add([run]);
  await sender.close();
  expect(sent).toHaveLength(2);
  expect(sent[0]).toBe('me 1 2');
  expect(parseNotice(sent[1] ?? '').runs).toHaveLength(47);
});

it('does not mind a notice that cannot be sent', async () => {
  const sender = createNoticeSender('me', () => Promise.reject(new Error('the database is away')));
  sender.add([1]);
  await sender.close();
});

it('speaks of all runs where their ids do not fit into a notice, or cannot be understood', () => {
  const many = Array.from({ length: 2_000 }, (_, index) => 1_000_000 + index);
  expect(formatNotice('me', many)).toBe('me *');
  expect(parseNotice('me *')).toEqual({ from: 'me', runs: 'all' });
  expect(parseNotice('me 3 4')).toEqual({ from: 'me', runs: [3, 4] });
  expect(parseNotice('me')).toEqual({ from: 'me', runs: 'all' });
  expect(parseNotice('me 3 of another version')).toEqual({ from: 'me', runs: 'all' });
});
