import { describe, expect, it } from 'vitest';
import type { OpenConnection } from '../../src/contract/connector.ts';
import type { FaultRates, InjectedFault } from '../../src/simulator/faults.ts';
import type { Conformance, Subject } from './conformance.ts';
import { openConnection, readAll, resourceOf } from './open-connector.ts';

/** What a connector must make of a system that is not well. Each test has a connection of its own. */
export function describeFaults({ resources, wrongConfig }: Conformance, subject: () => Subject): void {
  const readable = (): string => {
    const name = Object.keys(resources).find(
      (each) => resourceOf(subject().connection, each).read !== undefined,
    );
    if (name === undefined) throw new Error('none of the resources can be read');
    return name;
  };

  async function whileOpen<T>(work: (connection: OpenConnection) => Promise<T>, config = {}): Promise<T> {
    const connection = openConnection(subject().connector, subject().running, config);
    try {
      return await work(connection);
    } finally {
      subject().running.faults.clear();
      await connection.close();
    }
  }

  /** The first read is to log in: it is the resource that shall fail, not the login. */
  async function readDuring(connection: OpenConnection, rates: FaultRates): Promise<unknown> {
    const resource = resourceOf(connection, readable());
    await readAll(resource);
    subject().running.faults.set(rates);
    return readAll(resource);
  }

  describe('a system that is not well', () => {
    it('refuses wrong credentials as a matter of configuration', async () => {
      const reading = whileOpen((connection) => readAll(resourceOf(connection, readable())), wrongConfig);
      await expect(reading).rejects.toMatchObject({ code: 'TL_AUTH_REFUSED', kind: 'config' });
    });

    it.each<InjectedFault>(['unavailable', 'throttled', 'cut', 'lostReply'])(
      'is read all the same after one %s',
      async (kind) => {
        await whileOpen(async (connection) => {
          const name = readable();
          const whole = await readAll(resourceOf(connection, name));
          subject().running.faults.next(kind, 1);
          expect((await readAll(resourceOf(connection, name))).records).toHaveLength(whole.records.length);
        });
      },
    );

    it('is called unavailable when it stays so', async () => {
      const reading = whileOpen((connection) => readDuring(connection, { unavailable: 1 }));
      await expect(reading).rejects.toMatchObject({ code: 'TL_SYSTEM_UNAVAILABLE', kind: 'transient' });
    });

    it('says how long it wants to be left alone', async () => {
      const reading = whileOpen((connection) => readDuring(connection, { throttled: 1 }));
      await expect(reading).rejects.toMatchObject({ code: 'TL_SYSTEM_THROTTLED', retryAfterMs: 1000 });
    });
  });
}
