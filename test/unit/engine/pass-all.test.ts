import { expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { passAll } from '../../../src/engine/line/pass-all.ts';
import type { Steps } from '../../../src/workspace/compile/plan.ts';

const identity = (value: unknown) => value;

function pass(map: Steps['map'], natives: readonly unknown[]) {
  const steps = { toRecord: identity, toPayload: identity, map };
  const line = { engine: {}, scope: {}, plan: { requires: { xref: [] }, steps } };
  const items = natives.map((native) => ({ record: { native } }));
  return passAll(line as never, items as never);
}

/** Takes its time, as a large record does. */
const slowly: Steps['map'] = (value) => {
  const since = performance.now();
  while (performance.now() - since < 1);
  return { value };
};

it('a batch of heavy records lets the rest of the process in', async () => {
  const natives = Array.from({ length: 200 }, (_, n) => ({ n }));
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const passed = await pass(slowly, natives);
  isOver = true;
  expect(passed.map((each) => each.end === 'through' && each.text)).toEqual(
    natives.map((native) => JSON.stringify(native)),
  );
  expect(turns).toBeGreaterThanOrEqual(5);
});

it('one whose references cannot be looked up fails the batch, once all of it has been mapped', async () => {
  const away = new Fault('TL_STORE_UNAVAILABLE', 'the database is away');
  const map: Steps['map'] = (value, given) =>
    (value as { n: number }).n === 0 ? Promise.reject(away) : slowly(value, given);
  const natives = Array.from({ length: 50 }, (_, n) => ({ n }));
  await expect(pass(map, natives)).rejects.toBe(away);
});
