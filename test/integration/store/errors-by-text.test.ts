import { expect, it } from 'vitest';
import { findText, type TextWish } from '../../../src/app/errors/find-text.ts';
import { Fault } from '../../../src/contract/fault.ts';
import { reopenErrorsOf } from '../../../src/engine/decisions/settle-errors.ts';
import { mergeWith } from '../../../src/engine/patch/edits.ts';
import { pageOf } from '../../support/fake-system.ts';
import { startReplay } from '../../support/start-replay.ts';
import { useEngine } from '../../support/use-engine.ts';

const { database, tests } = useEngine();

const find = (wish: TextWish) => findText(database.db, wish, { states: ['open', 'replaying'] });

/** An order, of a customer of its own, that the target has as `id-1`, and whose next version it will not take. */
async function failOnce(customer: string) {
  const { source, target, plan } = tests.setUp({ abilities: ['find', 'create', 'update'] });
  const order = {
    key: `SO-${customer}`,
    n: 1,
    email: `${customer}@example.com`,
    note: 'a gift, in red paper',
  };
  source.pages = [pageOf([order])];
  await tests.run(plan);
  target.refuse = () => ({ fault: new Fault('TL_TARGET_REJECTED', 'posted already') });
  source.pages = [pageOf([{ ...order, n: 2 }])];
  await tests.run(plan);
  const { ids } = await find({ text: `so-${customer}` });
  return { plan, id: ids?.[0] ?? 0 };
}

it('finds an error by its key, a value of its record and the id at the target, and by a part where that is meant', async () => {
  const { id } = await failOnce('anna');
  for (const text of ['SO-anna', 'Anna@Example.com', 'id-1', ' a gift, in red paper'])
    expect([text, await find({ text })]).toEqual([text, { ids: [id], notes: [] }]);
  expect(await find({ inside: 'red paper' })).toEqual({ ids: [id], notes: [] });
  expect(await find({ text: 'red paper' })).toEqual({
    ids: [id],
    notes: ['no error has "red paper" as a whole value: these have it inside of a text'],
  });
  expect(await find({ text: 'anna@example.com', inside: 'blue' })).toEqual({ ids: [], notes: [] });
  expect((await find({ text: 'id-2' })).ids).toEqual([]);
});

it('finds an error by what a person made of its record, and by what it was once that is taken back', async () => {
  const { plan, id } = await failOnce('carla');
  const flow = { flow: plan.flow, hash: plan.hash, documents: [], plan };
  const edit = mergeWith({ email: 'berta@example.com' });
  await startReplay(tests.engine, flow, { filter: { ids: [id] }, by: 'anna', edit });
  await tests.workOff();
  expect((await find({ text: 'berta@example.com' })).ids).toEqual([id]);
  expect((await find({ text: 'carla@example.com' })).ids).toEqual([]);
  await reopenErrorsOf(database.db, [id], 'anna');
  expect((await find({ text: 'carla@example.com' })).ids).toEqual([id]);
  expect((await find({ text: 'berta@example.com' })).ids).toEqual([]);
});
