import { expect, test } from 'vitest';
import type { ConnectionWatch } from '../../../../src/contract/connection-watch.ts';
import { item, never, readAll, serveThings } from '../open-http.ts';

/** What is told of a connection, in its order; milliseconds are looked at by themselves. */
function createWatch() {
  const told: string[] = [];
  const times: number[] = [];
  const waits: number[] = [];
  const watch: ConnectionWatch = {
    attempted: (operation, result, ms) => {
      told.push(`${operation} ${result}`);
      times.push(ms);
    },
    waited: (ms) => waits.push(ms),
  };
  return { watch, told, times, waits };
}

test('each try of a request is told, with how it went and how long it took', async () => {
  const { watch, told, times } = createWatch();
  const answers = [
    { status: 429, headers: { 'retry-after': '0' } },
    { status: 503 },
    { json: [{ id: 'A' }] },
  ];
  const { things } = await serveThings(
    { read: { path: '/things' } },
    (_request, index) => answers[index] ?? { json: [] },
    { watch },
  );
  await readAll(things);
  expect(told.slice(0, 3)).toEqual(['read throttled', 'read transient', 'read ok']);
  for (const ms of times) expect(ms).toBeGreaterThan(0);
});

test('a write is told by what was answered, and by that nobody knows', async () => {
  const { watch, told } = createWatch();
  const { things } = await serveThings(
    { create: { path: '/things' }, update: { path: '/things/{{key}}' } },
    ({ method }) => (method === 'POST' ? 'cut' : { status: 422, json: { message: 'no' } }),
    { watch },
  );
  await things.create?.([item('A')], never);
  await things.update?.([item('A')], never);
  expect(new Set(told)).toEqual(new Set(['create unknown', 'update rejected']));
});

test('what could not be sent at all is told, what was called off before is not', async () => {
  const { watch, told } = createWatch();
  const { server, things } = await serveThings({ read: { path: '/things' } }, () => ({ json: [] }), {
    watch,
  });
  await expect(readAll(things, { signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop');
  expect(told).toEqual([]);
  await server.close();
  await expect(readAll(things)).rejects.toThrow();
  expect(new Set(told)).toEqual(new Set(['read transient']));
});

test('waiting for the limits of the connection is told', async () => {
  const { watch, waits } = createWatch();
  const declaration = { update: { path: '/things/{{key}}' } };
  const { things } = await serveThings(declaration, () => ({ json: {} }), {
    watch,
    limits: { concurrency: 1 },
  });
  // As of three lanes.
  await Promise.all(['A', 'B', 'C'].map((key) => things.update?.([item(key)], never)));
  expect(waits.map((ms) => ms > 0)).toEqual([true, true]);
});
