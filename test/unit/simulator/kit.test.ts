import { afterEach, describe, expect, it } from 'vitest';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { type RunningSimulator, startSimulator } from '../../../src/simulator/start-simulator.ts';

const counter: Simulator = {
  name: 'counter',
  summary: 'Counts what it is told',
  notModelled: [],
  defaultSize: { things: 3 },
  create: ({ size, effects, clock }) => {
    let things = size['things'] ?? 0;
    return {
      routes: (app) => {
        app.addHook('onRequest', async (request, reply) => {
          if (request.headers['x-key'] !== 'k') return reply.code(401).send({ wrong: 'key' });
        });
        app.get('/things', async () => ({ things, at: clock.now() }));
        app.post('/things', async (request) => {
          things += 1;
          effects.append({ system: 'counter', resource: 'things', key: String(things), action: 'create' });
          return { got: request.body ?? null };
        });
      },
      advance: () => {
        things += 10;
      },
      config: (url) => ({ baseUrl: url }),
      errorBody: (status) => ({ vendor: status }),
      counts: () => ({ things }),
    };
  },
};

let running: RunningSimulator | undefined;
afterEach(() => running?.close());

async function start(options: Parameters<typeof startSimulator>[1] = {}): Promise<RunningSimulator> {
  running = await startSimulator(counter, { clock: { now: () => 42 }, ...options });
  return running;
}

function call(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${running!.url}${path}`, { ...init, headers: { 'x-key': 'k', ...init.headers } });
}

const post = (path: string, body: unknown): Promise<Response> =>
  call(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

describe('startSimulator', () => {
  it('listens on loopback and hands over config, size and clock', async () => {
    const { url, config } = await start({ size: { things: 7 } });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(config).toEqual({ baseUrl: url });
    expect(await (await call('/things')).json()).toEqual({ things: 7, at: 42 });
  });

  it('takes JSON, vendor JSON, forms and an empty JSON body', async () => {
    await start();
    const bodies = [
      ['application/json', '{"a":1}', { a: 1 }],
      ['application/merge-patch+json; charset=utf-8', '{"a":1}', { a: 1 }],
      ['application/x-www-form-urlencoded', 'a=1', { a: '1' }],
      ['application/json', '', null],
    ] as const;
    for (const [type, body, got] of bodies) {
      const answer = await call('/things', { method: 'POST', body, headers: { 'content-type': type } });
      expect(await answer.json()).toEqual({ got });
    }
  });

  it('keeps its control routes outside the authentication of the system', async () => {
    const { url } = await start();
    expect((await fetch(`${url}/things`)).status).toBe(401);
    expect(await (await fetch(`${url}/_simulator/state`)).json()).toMatchObject({
      counts: { things: 3 },
      effects: 0,
    });
  });

  it('advances over HTTP and shows effects', async () => {
    await start();
    await post('/_simulator/advance', {});
    await post('/things', {});
    expect(await (await call('/things')).json()).toMatchObject({ things: 14 });
    expect(await (await call('/_simulator/effects')).json()).toEqual({
      effects: [{ system: 'counter', resource: 'things', key: '14', action: 'create' }],
    });
  });
});

describe('fault injection', () => {
  it('answers 503 and 429 in the words of the system', async () => {
    const { faults } = await start();
    faults.next('unavailable', 1);
    faults.next('throttled', 1);
    const unavailable = await call('/things');
    expect([unavailable.status, await unavailable.json()]).toEqual([503, { vendor: 503 }]);
    const throttled = await call('/things');
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await call('/things')).status).toBe(200);
  });

  it('cuts before the handler and loses the reply after it', async () => {
    const { faults, effects } = await start();
    faults.next('cut', 1, { method: 'POST' });
    await expect(post('/things', {})).rejects.toThrow();
    expect(effects.entries()).toHaveLength(0);
    faults.next('lostReply', 1, { method: 'POST', path: '/things' });
    expect((await call('/things')).status).toBe(200);
    await expect(post('/things', {})).rejects.toThrow();
    expect(effects.entries()).toHaveLength(1);
  });

  it('commits late what its client has given up, on an open line and on one that is cut', async () => {
    const { faults, effects } = await start();
    faults.set({ lateMs: 2_000, seed: 9 });
    faults.next('late', 1, { method: 'POST' });
    await expect(
      call('/things', { method: 'POST', body: '{"a":1}', signal: AbortSignal.timeout(500) }),
    ).rejects.toThrow();
    faults.next('lateCut', 1, { method: 'POST' });
    await expect(post('/things', {})).rejects.toThrow();
    expect(effects.entries()).toHaveLength(0);
    await expect.poll(() => effects.entries().length, { timeout: 10_000 }).toBe(2);
    expect(faults.injected()).toMatchObject({ late: 1, lateCut: 1 });
  });

  it('does not commit any more what is late when it closes', async () => {
    const { faults, effects } = await start();
    faults.set({ lateMs: 3_600_000 });
    faults.next('late', 1, { method: 'POST' });
    const left = post('/things', {}).catch(() => 'closed');
    await expect.poll(() => faults.injected().late).toBe(1);
    await running?.close();
    expect(await left).toBe('closed');
    expect(effects.entries()).toHaveLength(0);
  });

  it('commits and gives an answer that is none, or denies with 200 what it has not seen', async () => {
    const { faults, effects } = await start();
    const answers: string[] = [];
    for (const kind of ['html', 'empty', 'blank', 'truncated', 'denied'] as const) {
      faults.next(kind, 1, { method: 'POST' });
      const answer = await post('/things', { some: 'thing' });
      expect(answer.status).toBe(200);
      answers.push(await answer.text());
    }
    const [html, ...others] = answers;
    expect(html).toMatch(/^<!doctype html>/);
    expect(others).toEqual(['', '{}', '{"got":{"some":"', '{"success":false,"message":"Not now"}']);
    expect(effects.entries()).toHaveLength(4);
  });

  it('hangs until the client gives up, and closes all the same', async () => {
    const { faults } = await start();
    faults.next('hang', 2);
    const impatient = new AbortController();
    const given = expect(call('/things', { signal: impatient.signal })).rejects.toThrow();
    await expect.poll(() => faults.injected().hang).toBe(1);
    impatient.abort();
    await given;
    const left = call('/things').catch(() => 'closed');
    await expect.poll(() => faults.injected().hang).toBe(2);
    await running?.close();
    expect(await left).toBe('closed');
  });

  it('draws the same faults from the same seed', async () => {
    const { faults } = await start();
    const draw = async (): Promise<number[]> => {
      faults.set({ unavailable: 0.3, throttled: 0.2, seed: 5 });
      const statuses: number[] = [];
      for (let index = 0; index < 30; index += 1) statuses.push((await call('/things')).status);
      return statuses;
    };
    const first = await draw();
    expect(new Set(first)).toEqual(new Set([200, 429, 503]));
    expect(await draw()).toEqual(first);
    faults.clear();
    expect((await call('/things')).status).toBe(200);
  });

  it('is set over HTTP, and refuses nonsense in words', async () => {
    await start();
    expect((await post('/_simulator/faults', { next: [{ kind: 'unavailable', count: 1 }] })).status).toBe(
      200,
    );
    expect((await call('/things')).status).toBe(503);
    await post('/_simulator/faults', { next: [{ kind: 'unavailable', count: 1 }] });
    await post('/_simulator/faults', { clear: true });
    expect((await call('/things')).status).toBe(200);
    for (const nonsense of [
      [],
      { melted: 1 },
      { cut: 2 },
      { seed: 'x' },
      { lateMs: -1 },
      { clear: 1 },
      { next: [{ kind: 'cut' }] },
    ]) {
      const answer = await post('/_simulator/faults', nonsense);
      expect([answer.status, await answer.json()]).toEqual([400, { error: expect.any(String) }]);
    }
  });
});
