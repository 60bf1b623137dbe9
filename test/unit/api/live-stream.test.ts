import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openLiveStream } from '../../../src/api/live/live-stream.ts';
import type { Caller } from '../../../src/app/access/caller.ts';
import type { LiveViews, Onlooker } from '../../../src/app/live/live-views.ts';
import { Fault } from '../../../src/contract/fault.ts';

const caller: Caller = { name: 'anna', via: 'session', grants: [{ role: 'viewer', flows: 'orders-*' }] };

function createViews() {
  const onlookers: Onlooker[] = [];
  const views: LiveViews = {
    lookOn: async (onlooker) => {
      onlookers.push(onlooker);
      return { hasMissed: false, id: 'a-1', close: () => onlookers.splice(0) };
    },
    close: async () => {},
  };
  return { views, onlookers };
}

const open = async (recheck: () => Promise<Caller>) => {
  const { views, onlookers } = createViews();
  const { body } = await openLiveStream(views, { caller, lastId: undefined, recheck, heartbeatMs: 20 });
  return { body, onlookers };
};
const textOf = async (body: AsyncIterable<Buffer>) => {
  let text = '';
  for await (const chunk of body) text += chunk.toString();
  return text;
};

it.each([
  ['its grants change', async () => ({ ...caller, grants: [] })],
  ['the session is over', () => Promise.reject(new Fault('TL_UNAUTHENTICATED', 'over'))],
])('ends when %s, and not before', async (_why, later) => {
  let asked = 0;
  const { body, onlookers } = await open(async () => {
    asked += 1;
    return asked < 3 ? caller : await later();
  });
  expect(onlookers[0]?.scope).toEqual(['orders-*']);
  const text = await textOf(body);
  expect(text).toMatch(
    /^retry: 2000\n\nid: a-1\nevent: ready\ndata: \{"event":"ready"\}\n\n(: still there\n\n){3,}$/,
  );
  expect(asked).toBeGreaterThanOrEqual(3);
  expect(onlookers).toEqual([]);
});

it('cuts a reader who is too slow, and keeps nothing for him', async () => {
  const { body, onlookers } = await open(async () => caller);
  const event = { event: 'errors', flow: `orders-${'x'.repeat(1_000)}`, open: 1 } as const;
  for (let nth = 0; nth < 2_000; nth += 1) onlookers[0]?.tell({ id: `a-${nth}`, event });
  expect(body.destroyed).toBe(true);
  await sleep(0);
  expect(onlookers).toEqual([]);
});
