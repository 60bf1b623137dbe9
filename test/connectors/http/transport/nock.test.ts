import nock from 'nock';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { compileAllowance } from '../../../../src/connect/reach/allowance.ts';
import { createTransport } from '../../../../src/connect/transport/create-transport.ts';
import { toTransportFailure } from '../../../../src/connect/transport/transport-failure.ts';
import { faultOf, item, never, openHttp, readAll } from '../open-http.ts';

const base = 'https://erp.example.org';
const declaration = {
  things: {
    key: 'id',
    read: { path: '/things', query: { since: 'a b' } },
    create: { path: '/things', id: 'id' },
  },
};
const open = () => openHttp(`${base}/v1/`, declaration, { http: { adapter: 'http' } }).resources['things']!;

// It stands between every request and the network, also of the files that share this process.
beforeAll(() => {
  if (!nock.isActive()) nock.activate();
});
afterAll(() => nock.restore());
beforeEach(() => nock.disableNetConnect());
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

describe('the http adapter of axios, where recorded answers can be played', () => {
  test('reads', async () => {
    nock(base)
      .get('/v1/things')
      .query({ since: 'a b' })
      .matchHeader('accept', 'application/json')
      .reply(200, [{ id: 1 }]);
    expect((await readAll(open())).records).toEqual([{ id: 1 }]);
  });

  test('writes', async () => {
    nock(base)
      .post('/v1/things', { id: 'a' })
      .matchHeader('content-type', 'application/json')
      .reply(201, { id: 7 });
    expect(await open().create!([item('a')], never)).toEqual([{ ok: true, id: '7' }]);
  });

  test('retries a read that broke off, not a create', async () => {
    nock(base)
      .get('/v1/things')
      .query(true)
      .replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    nock(base).get('/v1/things').query(true).reply(200, []);
    expect((await readAll(open())).records).toEqual([]);

    nock(base)
      .post('/v1/things')
      .replyWithError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
    expect(await open().create!([item('a')], never)).toMatchObject([
      { ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } },
    ]);
  });

  test('knows that a name that does not resolve has been sent nothing', async () => {
    for (let tries = 0; tries < 3; tries += 1) {
      nock(base)
        .post('/v1/things')
        .replyWithError(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }));
    }
    expect(await faultOf(open().create!([item('a')], never))).toMatchObject({
      code: 'TL_SYSTEM_UNREACHABLE',
    });
  });

  test('stops an answer that is too large', async () => {
    nock(base).get('/').reply(200, 'x'.repeat(2_000));
    const transport = createTransport({
      adapter: 'http',
      timeoutMs: 1_000,
      maxResponseBytes: 1_000,
      charset: 'utf-8',
      guard: { allowance: compileAllowance() },
    });
    const request = { method: 'GET', url: `${base}/`, headers: {}, body: undefined };
    const thrown: unknown = await transport.exchange(request, undefined).catch((reason: unknown) => reason);
    expect(toTransportFailure(thrown)).toMatchObject({ reason: 'tooLarge', sent: true });
    await transport.close();
  });
});
