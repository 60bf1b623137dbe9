import { describe, expect, test } from 'vitest';
import { compileTimeouts } from '../../../../src/connect/compile-timeouts.ts';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { item, never, openHttp, serveThings } from '../open-http.ts';

const declare = (value: unknown) =>
  compileTimeouts(value === undefined ? undefined : { value, path: ['timeout'], placeOf: () => undefined });
const same = (ms: number) => ({ read: ms, find: ms, update: ms, upsert: ms, delete: ms });

describe('the timeout of a manifest', () => {
  test.each<[what: string, value: unknown, config: JsonObject, expected: object]>([
    ['left out', undefined, {}, { ...same(30_000), create: 120_000 }],
    ['short, of its own', '30s', {}, { ...same(30_000), create: 120_000 }],
    ['long, of its own', '2m', {}, { ...same(120_000), create: 240_000 }],
    ['of the connection', '{{config.timeout}}', { timeout: '2s' }, { ...same(2_000), create: 2_000 }],
    ['of a connection without one', '{{config.timeout}}', {}, { ...same(30_000), create: 120_000 }],
    [
      'of the connection, by kind',
      '{{config.timeout}}',
      { timeout: { read: '1m', create: '5m' } },
      { ...same(30_000), read: 60_000, create: 300_000 },
    ],
    [
      'by kind',
      { create: '{{config.patience}}', delete: '1s' },
      { patience: '4m' },
      { ...same(30_000), create: 240_000, delete: 1_000 },
    ],
  ])('%s', async (_, value, config, expected) => {
    expect(await declare(value)({ config })).toEqual(expected);
  });

  test.each([
    ['{{config.timeout}}', '0s'],
    ['{{config.timeout}}', 5],
    [{ create: '{{config.timeout}}' }, 'soon'],
  ] as const)('that is none is refused: %j with %j', async (value, timeout) => {
    await expect(declare(value)({ config: { timeout } })).rejects.toMatchObject({
      code: 'TL_CONNECTION_CONFIG',
      message: expect.stringContaining('must be a duration such as 30s'),
    });
  });

  test.each(['0s', { create: 'soon' }])(
    'that is none of its own is refused without a connection: %j',
    (value) => {
      expect(() => declare(value)).toThrow('must be a duration such as 30s');
    },
  );

  test('is that of the operation', async () => {
    const { things } = await serveThings(
      { find: { path: '/things/{{key}}' }, create: { path: '/things', id: 'id' } },
      () => new Promise((resolve) => setTimeout(() => resolve({ json: { id: 'a' } }), 300)),
      { config: { timeout: { find: '50ms', create: '20s' } } },
    );
    expect(await things.create!([item('a', { id: 'a' })], never)).toMatchObject([{ ok: true, id: 'a' }]);
    await expect(things.find!(['a'], never)).rejects.toMatchObject({ code: 'TL_SYSTEM_TIMEOUT' });
  });
});

describe('how long a create that was given up may still be under way', () => {
  const settleOf = async (config: JsonObject, manifest: JsonObject = {}) => {
    const { settleMs } = openHttp('http://127.0.0.1:9', {}, { config, manifest });
    return await settleMs?.();
  };

  test('is 5 minutes, or twice the time that its answer is waited for', async () => {
    expect(await settleOf({})).toBe(300_000);
    expect(await settleOf({ timeout: '2s' })).toBe(300_000);
    expect(await settleOf({ timeout: { create: '10m' } })).toBe(1_200_000);
  });

  test('is what the manifest states, as it is', async () => {
    expect(await settleOf({ timeout: '1h' }, { settle: '10s' })).toBe(10_000);
    expect(await settleOf({}, { settle: '0s' })).toBe(0);
    await expect(settleOf({}, { settle: '{{config.baseUrl}}' })).rejects.toMatchObject({
      code: 'TL_CONNECTION_CONFIG',
    });
  });
});
