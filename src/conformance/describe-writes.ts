import { expect, it } from 'vitest';
import type { Resource, WriteItem } from '../contract/connector.ts';
import { compileSchema } from '../schema/compile-schema.ts';
import type { Subject, WriteCase } from './conformance.ts';
import { neverAborted, resourceOf } from './subject.ts';

const missingKey = 'NO-SUCH-RECORD';

/** What a target must do: find in order, and write what it was given. */
export function describeWrites(name: string, writes: readonly WriteCase[], subject: () => Subject): void {
  const resource = (): Resource => resourceOf(subject().connection, name);
  for (const write of writes) {
    const title = write.replyLost ? 'does not know the outcome of' : 'does';
    it(`${title} ${write.operation} ${write.key}, and the system holds it`, () =>
      proveWritten(resource(), write, subject()));
  }
  for (const write of writes.filter(
    ({ operation, createsTwice }) => operation === 'create' && !createsTwice,
  )) {
    it(`refuses to create ${write.key} a second time, and holds one`, () =>
      proveOnce(resource(), write, subject()));
  }
  const [first] = writes;
  if (first === undefined) return;
  it('finds by key, in the order of the keys, and says what is not there', async ({ skip }) => {
    skip(resource().find === undefined, 'cannot find');
    const found = await resource().find?.([missingKey, first.key, missingKey], neverAborted());
    expect(found?.map((each) => each !== undefined)).toEqual([false, true, false]);
  });
}

async function proveWritten(resource: Resource, write: WriteCase, { running }: Subject): Promise<void> {
  const item = await toItem(resource, write);
  if (write.replyLost) running.faults.next('lostReply', 1);
  const [result] = (await resource[write.operation]?.([item], neverAborted())) ?? [];
  const unknown = { ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } };
  expect(result).toMatchObject(write.replyLost ? unknown : { ok: true });
  const found = await findOne(resource, write.key);
  expect(found?.record).toMatchObject(write.holds);
  if (result?.ok && result.id !== undefined) expect(found?.id).toBe(result.id);
}

async function proveOnce(resource: Resource, write: WriteCase, { running }: Subject): Promise<void> {
  const item = await toItem(resource, write);
  const before = running.effects.entries().length;
  const [result] = (await resource.create?.([item], neverAborted())) ?? [];
  expect(result).toMatchObject({ ok: false, fault: { code: 'TL_TARGET_DUPLICATE' } });
  expect(running.effects.entries()).toHaveLength(before);
}

/** As the engine does it: the canonical value to a payload, the payload checked, id and etag from what is there. */
async function toItem(resource: Resource, { operation, key, value }: WriteCase): Promise<WriteItem> {
  const payload = resource.entity?.to === undefined ? value : await resource.entity.to(value);
  if (resource.schema !== undefined) expect(compileSchema(resource.schema)(payload)).toEqual([]);
  const found = operation === 'update' ? await findOne(resource, key) : undefined;
  return {
    key,
    payload,
    idempotencyKey: `conformance-${key}`,
    ...(found === undefined ? {} : { id: found.id }),
    ...(found?.etag === undefined ? {} : { etag: found.etag }),
  };
}

async function findOne(resource: Resource, key: string) {
  const [found] = (await resource.find?.([key], neverAborted())) ?? [];
  return found;
}
