import { describe, expect, it } from 'vitest';
import type { OpenConnection } from '../contract/connector.ts';
import type { JsonObject } from '../contract/json.ts';
import type { FaultRates, InjectedFault } from '../simulator/faults.ts';
import type { Conformance, Subject } from './conformance.ts';
import { openSubject, readAll, resourceOf } from './subject.ts';

/** What a connector must make of a system that is not well. Each test has a connection of its own. */
export function describeFaults({ resources, wrongConfig }: Conformance, subject: () => Subject): void {
  const count = async (connection: OpenConnection): Promise<number> => {
    const readable = Object.keys(resources).find((name) => connection.resources[name]?.read !== undefined);
    return (await readAll(resourceOf(connection, readable ?? 'that can be read'))).records.length;
  };
  /** A first read logs in: it is the resource that shall fail afterwards, not the login. */
  const countDuring = (rates: FaultRates): Promise<number> =>
    whileOpen(subject(), {}, async (connection) => {
      await count(connection);
      subject().running.faults.set(rates);
      return count(connection);
    });

  describe('a system that is not well', () => {
    it('refuses wrong credentials as a matter of configuration', async () => {
      const reading = whileOpen(subject(), wrongConfig, count);
      await expect(reading).rejects.toMatchObject({ code: 'TL_AUTH_REFUSED', kind: 'config' });
    });

    const passing: readonly InjectedFault[] = ['unavailable', 'throttled', 'cut', 'lostReply'];
    it.each(passing)('is read all the same after one %s', (kind) =>
      whileOpen(subject(), {}, async (connection) => {
        const whole = await count(connection);
        subject().running.faults.next(kind, 1);
        expect(await count(connection)).toBe(whole);
      }),
    );

    it('is called unavailable when it stays so', async () => {
      const expected = { code: 'TL_SYSTEM_UNAVAILABLE', kind: 'transient' };
      await expect(countDuring({ unavailable: 1 })).rejects.toMatchObject(expected);
    });

    it('says how long it wants to be left alone', async () => {
      const expected = { code: 'TL_SYSTEM_THROTTLED', retryAfterMs: 1000 };
      await expect(countDuring({ throttled: 1 })).rejects.toMatchObject(expected);
    });
  });
}

async function whileOpen<T>(
  { connector, running }: Subject,
  config: JsonObject,
  work: (connection: OpenConnection) => Promise<T>,
): Promise<T> {
  const connection = openSubject(connector, running, config);
  try {
    return await work(connection);
  } finally {
    running.faults.clear();
    await connection.close();
  }
}
