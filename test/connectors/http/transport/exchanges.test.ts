import { getEventListeners } from 'node:events';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { compileAllowance } from '../../../../src/connect/reach/allowance.ts';
import { createTransport, type RawRequest } from '../../../../src/connect/transport/create-transport.ts';
import { toTransportFailure } from '../../../../src/connect/transport/transport-failure.ts';
import { type Answer, startTestServer } from '../test-server.ts';

async function open(answer: () => Answer) {
  const server = await startTestServer(answer);
  const guard = { allowance: compileAllowance(['127.0.0.1']) };
  const transport = createTransport({ timeoutMs: 5_000, maxResponseBytes: 1_000, charset: 'utf-8', guard });
  onTestFinished(async () => {
    await transport.close();
    await server.close();
  });
  const request: RawRequest = {
    method: 'POST',
    url: `${server.url}/things?a=b`,
    headers: { 'content-type': 'application/json', 'x-own': 'ä' },
    body: '{"id":"ü"}',
  };
  return { server, transport, request };
}

const failureOf = async (promise: Promise<unknown>) =>
  toTransportFailure(await promise.catch((thrown: unknown) => thrown));

describe.each([
  ['by the shortest way', {}],
  ['by axios', { isRare: true }],
])('an exchange %s', (_way, way) => {
  test('sends what it is given and gives what came', async () => {
    const { server, transport, request } = await open(() => ({
      status: 418,
      headers: { 'content-type': 'text/plain', 'content-encoding': 'gzip', 'x-more': ['1', '2'] },
      text: gzipSync('grün'),
    }));
    const answer = await transport.exchange({ ...request, ...way }, undefined);
    expect(answer).toMatchObject({ status: 418, text: 'grün', headers: { 'x-more': ['1', '2'] } });
    expect(server.seen).toMatchObject([
      { method: 'POST', url: '/things?a=b', text: request.body, headers: { 'x-own': 'ä' } },
    ]);
  });

  test('says why it failed, and whether anything was sent', async () => {
    const { transport, request } = await open(() => 'cut');
    expect(await failureOf(transport.exchange({ ...request, ...way }, undefined))).toMatchObject({
      reason: 'network',
      sent: true,
    });
    const elsewhere = { ...request, ...way, url: 'http://127.0.0.1:1/' };
    expect(await failureOf(transport.exchange(elsewhere, undefined))).toMatchObject({
      code: 'ECONNREFUSED',
      sent: false,
    });
  });

  test('has an end in time, and in size, also of what it unpacks to', async () => {
    const slow = await open(() => 'hang');
    const late = slow.transport.exchange({ ...slow.request, ...way, timeoutMs: 20 }, undefined);
    expect(await failureOf(late)).toMatchObject({ reason: 'timeout', sent: true });
    for (const reply of [
      { text: 'x'.repeat(1_001) },
      { text: gzipSync('x'.repeat(1_001)), headers: { 'content-encoding': 'gzip' } },
    ]) {
      const large = await open(() => reply);
      expect(
        await failureOf(large.transport.exchange({ ...large.request, ...way }, undefined)),
      ).toMatchObject({ reason: 'tooLarge', sent: true });
    }
  });

  test('is stopped with all others under its signal, which nobody listens to afterwards', async () => {
    const { server, transport, request } = await open(() => 'hang');
    const stop = new AbortController();
    const under = [1, 2, 3].map(() => failureOf(transport.exchange({ ...request, ...way }, stop.signal)));
    await vi.waitFor(() => expect(server.seen).toHaveLength(3));
    stop.abort();
    expect((await Promise.all(under)).map(({ reason, sent }) => [reason, sent])).toEqual(
      under.map(() => ['aborted', true]),
    );
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(0);
  });

  test('leaves no listener behind on a signal that is never aborted', async () => {
    const { transport, request } = await open(() => ({ json: {} }));
    const { signal } = new AbortController();
    await Promise.all([1, 2].map(() => transport.exchange({ ...request, ...way }, signal)));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
