import { describe, expect, it } from 'vitest';
import { Fault } from '../../../src/contract/fault.ts';
import { findNative } from '../../../src/engine/case/find-native.ts';
import { endsAlike, recordCase } from '../../../src/engine/case/record-case.ts';
import { createPlan, type PlanChanges } from '../../support/engine.ts';
import { createFakeSource, createFakeTarget, pageOf } from '../../support/fake-system.ts';

const schema = {
  type: 'object',
  properties: { key: {}, email: { 'x-personal': true }, name: { 'x-personal': true }, ref: {} },
};
const entity = (name: string) => (name === 'thing' ? { schema } : undefined);

function plansOf(changes: PlanChanges = {}) {
  const plan = createPlan(createFakeSource(), createFakeTarget(['upsert']), changes);
  return { plan, testPlan: plan };
}

const record = { key: 'A-1', email: 'Tessa.Lang@mail.example', name: 'Tessa Lang' };

describe('a case', () => {
  it('holds the record redacted, and what the flow makes of that', async () => {
    const made = await recordCase({ ...plansOf(), xref: async () => undefined, entity }, record);
    expect(made.record).toEqual({ key: 'A-1', email: 'Xxxxx.Xxxx@xxxx.xxxxxxx', name: 'Xxxxx Xxxx' });
    expect(made).toMatchObject({ key: 'A-1', masked: ['email', 'name'], byName: [], isBlind: false });
    expect(made.redacted).toMatchObject({ end: 'through', payload: made.record });
    expect(endsAlike(made)).toBe(true);
  });

  it('holds the answers that the mapping got, under the ids that the redacted record asks for', async () => {
    const plans = plansOf({
      steps: {
        map: async (value, { xref }) => {
          const { key, email } = value as typeof record;
          const ref = [
            await xref('thing', key),
            await xref('contact', email.toLowerCase()),
            await xref('contact', 'nobody'),
            await xref('contact', email.toLowerCase()),
          ];
          return { value: { ...(value as object), ref } };
        },
      },
    });
    const known = new Map([
      ['thing A-1', 'id-1'],
      ['contact tessa.lang@mail.example', 'id-2'],
    ]);
    const made = await recordCase(
      { ...plans, xref: async (name, id) => known.get(`${name} ${id}`), entity },
      record,
    );
    expect(made.xref).toEqual({ thing: { 'A-1': 'id-1' }, contact: { 'xxxxx.xxxx@xxxx.xxxxxxx': 'id-2' } });
    expect(made.redacted).toMatchObject({ payload: { ref: ['id-1', 'id-2', undefined, 'id-2'] } });
  });

  it('fails with the code that the real record fails with, or says that it does not', async () => {
    const failing = (check: (email: string) => boolean) =>
      plansOf({
        steps: {
          validateEntity: (value) =>
            check((value as typeof record).email)
              ? { fault: new Fault('TL_VALIDATE_ENTITY', 'no'), unfit: [] }
              : { value, unfit: [] },
        },
      });
    const xref = async () => undefined;
    const alike = await recordCase({ ...failing(() => true), xref, entity }, record);
    expect(alike.redacted).toMatchObject({ end: 'failed', fault: { code: 'TL_VALIDATE_ENTITY' } });
    expect(endsAlike(alike)).toBe(true);
    const healed = await recordCase(
      { ...failing((email) => email.startsWith('Tessa')), xref, entity },
      record,
    );
    expect([healed.real.end, healed.redacted.end, endsAlike(healed)]).toEqual(['failed', 'through', false]);
  });

  it('of a record that no schema speaks of goes by names, and says so', async () => {
    const made = await recordCase(
      { ...plansOf(), xref: async () => undefined, entity: () => undefined },
      record,
    );
    expect(made).toMatchObject({ isBlind: true, byName: ['email', 'name'] });
  });
});

describe('a record, looked for by its key', () => {
  const options = { signal: new AbortController().signal, maxRecords: 3, maxRecordBytes: 1_000 };

  it('is read as the flow reads it, up to a limit', async () => {
    const source = createFakeSource([
      pageOf([{ key: 'A' }, { key: 'B', n: 1 }]),
      pageOf([{ key: 'C' }, { key: 'D' }]),
      pageOf([{ key: 'E' }]),
    ]);
    const plan = createPlan(source, createFakeTarget(['upsert']));
    expect(await findNative(plan, 'B', options)).toEqual({ native: { key: 'B', n: 1 }, read: 2 });
    expect(await findNative(plan, 'E', options)).toEqual({ read: 4 });
  });

  it('is read from its version on where the source can be asked for it', async () => {
    const source = createFakeSource([pageOf([{ key: 'B', lines: [1] }])]);
    Object.assign(source.resource, {
      // Without what `read` attaches to it.
      find: async (keys: readonly string[]) =>
        keys.map((key) => ({ id: key, record: { key, version: '2026-01-01T00:00:00Z' } })),
    });
    const plan = createPlan(source, createFakeTarget(['upsert']));
    expect(await findNative(plan, 'B', options)).toEqual({ native: { key: 'B', lines: [1] }, read: 1 });
    expect(source.requests.map(({ cursor }) => cursor)).toEqual(['2026-01-01T00:00:00Z']);
    // Where that leads nowhere, everything is read.
    expect(await findNative(plan, 'C', options)).toEqual({ read: 1 });
    expect(source.requests.slice(1).map(({ cursor }) => cursor)).toEqual(['2026-01-01T00:00:00Z', undefined]);
  });

  it('that cannot be read is passed over, and a source that cannot be read is a fault', async () => {
    const source = createFakeSource([
      {
        records: [
          { fault: new Fault('TL_SOURCE_RECORD', 'broken'), raw: '"' },
          { record: { key: '' } },
          { record: { key: 'A' } },
        ],
      },
    ]);
    const plan = createPlan(source, createFakeTarget(['upsert']));
    expect(await findNative(plan, 'A', options)).toMatchObject({ native: { key: 'A' } });
    Object.assign(source.resource, {
      read: () => {
        throw new Fault('TL_AUTH_REFUSED', 'no');
      },
    });
    await expect(findNative(plan, 'A', options)).rejects.toMatchObject({ code: 'TL_AUTH_REFUSED' });
  });
});
