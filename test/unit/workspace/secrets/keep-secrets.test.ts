import { describe, expect, it } from 'vitest';
import { createSecrets } from '../../../../src/connect/answer/secrets.ts';
import type { OpenConnection, Resource } from '../../../../src/contract/connector.ts';
import { Fault } from '../../../../src/contract/fault.ts';
import { keepSecrets } from '../../../../src/workspace/secrets/keep-secrets.ts';

const secret = 's3cret "ä"';
const secrets = createSecrets();
secrets.add(secret);

const forms = [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64'),
  JSON.stringify(secret),
];
const told = () =>
  new Fault('TL_TARGET_REJECTED', `no ${forms.join(' ')}`, {
    answer: { status: 400, code: `c ${secret}`, message: secret },
    about: { path: 'a', value: secret },
    at: 'config/connections.yaml:1:1',
    retryAfterMs: 7,
    cause: new Fault('TL_DEFECT', secret),
  });
const signal = new AbortController().signal;
const item = { key: 'A', payload: {}, idempotencyKey: 'x' };

/** Everything that a connection does ends with the same fault. */
function open(fault: Fault): OpenConnection {
  const failing = async () => Promise.reject(fault);
  const resource: Resource = {
    name: 'things',
    keyOf: () => 'A',
    read: async function* () {
      yield { records: [{ record: { id: 1 } }, { fault, raw: '{}' }] };
      throw fault;
    },
    find: failing,
    create: async () => [{ ok: true }, { ok: false, fault, isOver: true }],
    update: failing,
    upsert: failing,
    delete: failing,
  };
  return keepSecrets(secrets, () => ({
    resources: { things: resource },
    check: failing,
    settleMs: failing,
    close: async () => {},
  }));
}

async function faultsOf(opened: OpenConnection): Promise<readonly unknown[]> {
  const { check, settleMs, resources } = opened;
  const { read, find, create, update, upsert, delete: remove } = resources['things']!;
  const faults: unknown[] = [];
  const note = (thrown: unknown) => void faults.push(thrown);
  await check!(signal).catch(note);
  await settleMs!().catch(note);
  await find!(['A'], signal).catch(note);
  for (const write of [update!, upsert!, remove!]) await write([item], signal).catch(note);
  for (const result of await create!([item, item], signal)) if (!result.ok) note(result.fault);
  try {
    for await (const { records } of read!({ where: {}, signal }))
      for (const record of records) if ('fault' in record) note(record.fault);
  } catch (thrown) {
    note(thrown);
  }
  return faults;
}

describe('faults of a connection', () => {
  it('are told without what its references stand for, wherever they come from', async () => {
    const faults = await faultsOf(open(told()));
    expect(faults).toHaveLength(9);
    for (const fault of faults) {
      const { code, message, answer, about, at, retryAfterMs, cause } = fault as Fault;
      expect({ code, message, answer, about, at, retryAfterMs }).toEqual({
        code: 'TL_TARGET_REJECTED',
        message: 'no *** *** *** "***"',
        answer: { status: 400, code: 'c ***', message: '***' },
        about: { path: 'a', value: '***' },
        at: 'config/connections.yaml:1:1',
        retryAfterMs: 7,
      });
      expect((cause as Fault).message).toBe('***');
    }
  });

  it('are the very same where they say nothing of them', async () => {
    const plain = new Fault('TL_TARGET_REJECTED', 'no');
    for (const fault of await faultsOf(open(plain))) expect(fault).toBe(plain);
  });

  it('are told so when it cannot be opened at all', () => {
    const opening = () =>
      keepSecrets(secrets, () => {
        throw told();
      });
    expect(opening).toThrow('no *** *** *** "***"');
  });
});
