import { afterEach, describe, expect, it } from 'vitest';
import { createLimits } from '../../../connectors/business-central/simulator/limits.ts';
import { createClock, type Erp, requestToken, send, startErp } from './erp.ts';

let erp: Erp | undefined;

afterEach(() => erp?.close());

describe('signing in', () => {
  it.each([
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
    [{ client_id: 'somebody' }, 400, 'unauthorized_client'],
    [{ client_secret: 'wrong' }, 401, 'invalid_client'],
    [{ scope: 'openid' }, 400, 'invalid_scope'],
  ])('is refused with %j', async (changes, status, error) => {
    erp = await startErp();
    const reply = await requestToken(erp.simulator, changes);
    expect([reply.status, reply.body.error]).toEqual([status, error]);
  });

  it('takes a token for an hour, and Basic as an on-premises server does', async () => {
    const clock = createClock('2026-11-20T08:00:00Z');
    erp = await startErp({}, clock);
    expect((await erp.call('GET', '/items?$top=1')).status).toBe(200);
    clock.forward(3_599_000);
    const expired = await erp.call('GET', '/items?$top=1');
    expect([expired.status, expired.body.error.code]).toEqual([401, 'Authentication_TokenExpired']);
    const { clientId, clientSecret } = erp.simulator.config;
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const url = `${erp.company}/items?$top=1`;
    expect((await send('GET', url, { authorization: `Basic ${basic}` })).status).toBe(200);
    const unknown = await send('GET', url, {});
    expect([unknown.status, unknown.body.error.code]).toEqual([401, 'Authentication_InvalidCredentials']);
    expect(unknown.headers.get('www-authenticate')).toBe('Bearer');
  });
});

describe('limits', () => {
  it('are off unless asked for, and then count a sliding window of five minutes', async () => {
    const clock = createClock('2026-11-20T08:00:00Z');
    erp = await startErp({ requestsPer5Minutes: 2 }, clock);
    const get = () => erp?.call('GET', '/items?$top=1');
    await get();
    clock.forward(200_000);
    await get();
    const third = await get();
    expect([third?.status, third?.body.error.code]).toEqual([429, 'Application_TooManyRequests']);
    expect(third?.headers.get('retry-after')).toBeNull();
    clock.forward(100_000);
    expect((await get())?.status).toBe(200);
  });

  it('answer an injected fault in the dialect of the vendor', async () => {
    erp = await startErp();
    erp.simulator.faults.next('throttled', 1);
    const reply = await erp.call('GET', '/items?$top=1');
    expect([reply.status, reply.body.error.code]).toEqual([429, 'Application_TooManyRequests']);
  });

  it('let so many run at once, so many wait their turn, and refuse the rest', async () => {
    const clock = createClock('2026-11-20T08:00:00Z');
    const limits = createLimits({ concurrent: 1, queue: 1, requestsPer5Minutes: 0 }, clock);
    const release = await limits.admit();
    const waiting = limits.admit();
    await expect(limits.admit()).rejects.toThrow('Application_TooManyRequests');
    release();
    (await waiting)();
    expect(await limits.admit()).toBeTypeOf('function');
  });
});
