import { expect, it } from 'vitest';
import { findCause, pageCauses } from '../../../src/app/errors/causes.ts';
import { coverError } from '../../../src/app/errors/cover-error.ts';
import { pageErrors } from '../../../src/app/errors/list-errors.ts';
import { findError } from '../../../src/app/errors/show-error.ts';
import type { OpenDatabase } from '../../../src/app/open/open-database.ts';
import { coverWaits } from '../../../src/app/pending/cover-waits.ts';
import { pageRetried } from '../../../src/app/pending/page-pending.ts';
import { Fault } from '../../../src/contract/fault.ts';
import { useEngine } from '../../support/use-engine.ts';

/** Whoever may not see values is told what errors are about without them, also in the words of a target. */
const { database, tests } = useEngine();

const canary = 'Canary';
const words = `Credit of Anna ${canary} (anna.canary@example.org, "Main Street 5") is 0`;

function open(): OpenDatabase {
  return {
    ...tests.engine,
    db: database.db,
    findWorkspace: async () => undefined,
    requireWorkspace: () => Promise.reject(new Error('there is none')),
    parseDocuments: () => Promise.reject(new Error('there is none')),
  };
}

it('tells errors and causes of flows without their values, and of others with them', async () => {
  const record = { key: 'A-1', lastName: canary, firstName: 'Anna', mail: 'anna.canary@example.org' };
  const { target, plan } = tests.setUp({ records: [record], delivery: { lanes: 1 } });
  target.refuse = () => ({
    fault: new Fault('TL_TARGET_REJECTED', `erp: POST /orders answered 400: ${words}`, {
      answer: { status: 400, message: words },
      about: { path: 'lastName', value: canary },
    }),
  });
  await tests.run(plan);
  const page = { limit: 5 };
  const states = ['open'] as const;
  const look = async (sees: 'all' | readonly string[]) => {
    const errors = await pageErrors(open(), { states, sees }, page);
    const causes = await pageCauses(open(), { states, sees }, page);
    const { error } = await findError(open(), 'A-1', { sees });
    const cause = await findCause(open(), causes.items[0]?.cause ?? 0, { sees });
    return { errors: errors.items, causes: causes.items, error, cause };
  };
  const shown = await look('all');
  expect(shown.errors).toMatchObject([
    { message: expect.stringContaining(words), answer: { message: words } },
  ]);
  expect(shown.cause.values.map(({ value }) => value)).toContain(canary);
  expect(shown.error.explanation.sentence).toContain(canary);
  expect(await look([plan.flow])).toEqual(shown);

  const { error, ...covered } = await look(['others-*']);
  const masked = JSON.stringify([await coverError(open(), error), covered]).toLowerCase();
  for (const text of [canary, 'anna', 'main street', 'example.org'])
    expect(masked).not.toContain(text.toLowerCase());
  expect(covered.errors).toMatchObject([
    {
      key: 'A-1',
      code: 'TL_TARGET_REJECTED',
      answer: { status: 400 },
      about: { path: 'lastName', value: '…' },
    },
  ]);
  expect(covered.errors[0]?.message).toContain('Credit of …');
  expect(covered.cause.values.map(({ value }) => value)).toContain('Xxxxxx');
});

it('tells why records wait without their values, also those that a target names bare', async () => {
  const record = { key: 'W-1', lastName: canary };
  const never = { attempts: 3, delayMs: 3_600_000, factor: 1, maxDelayMs: 3_600_000, jitter: false };
  const { target, plan } = tests.setUp({ records: [record], delivery: { lanes: 1 }, retry: never });
  target.refuse = () => ({ fault: new Fault('TL_SYSTEM_UNAVAILABLE', `record of ${canary} is locked`) });
  await tests.run(plan);
  const { items } = await pageRetried(open(), { flow: plan.flow }, { limit: 5 });
  expect(await coverWaits(database.db, items, 'all')).toEqual(items);
  expect(items).toMatchObject([{ fault: { message: expect.stringContaining(canary) } }]);
  const covered = await coverWaits(database.db, items, []);
  expect(covered).toMatchObject([
    { key: 'W-1', fault: { message: expect.stringContaining('record of … is locked') } },
  ]);
});
