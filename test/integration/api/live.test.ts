import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeEdits } from '../../../src/app/files/take-edits.ts';
import { followEvents } from '../../../src/client/follow-events.ts';
import type { EventAnswer } from '../../../src/contract/generated/endpoints.ts';
import { expectDocument } from '../../support/output-schema.ts';
import { packageDir, useApi } from '../../support/servers/api.ts';
import { type ApiWorld, createApiWorld } from '../../support/servers/api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await createApiWorld();
});
afterAll(() => world.workspace[Symbol.asyncDispose]());
const api = useApi(() => ({ dir: world.workspace.dir, databaseUrl: world.workspace.database.url }));

interface Heard {
  readonly events: EventAnswer[];
  readonly ids: string[];
  /** Once the line has ended. */
  readonly ended: Promise<void>;
  close(): void;
  /** Until something like this has been heard. */
  until(like: (event: EventAnswer) => boolean): Promise<EventAnswer>;
}

/** As a browser reads it. */
async function listen(as: string, lastId?: string): Promise<Heard> {
  const stopping = new AbortController();
  const answer = await fetch(`${api.url}/api/v1/events`, {
    headers: { authorization: `Bearer ${as}`, ...(lastId !== undefined && { 'last-event-id': lastId }) },
    signal: stopping.signal,
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(answer.headers.get('cache-control')).toContain('no-store');
  const events: EventAnswer[] = [];
  const ids: string[] = [];
  const read = async () => {
    let text = '';
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk).toString();
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const message = text.slice(0, end);
        text = text.slice(end + 2);
        const data = /^data: (.*)$/m.exec(message)?.[1];
        if (data === undefined) continue;
        ids.push(/^id: (.*)$/m.exec(message)?.[1] ?? '');
        events.push(expectDocument('event', data) as EventAnswer);
      }
    }
  };
  const ended = read().catch(() => {});
  const heard: Heard = {
    events,
    ids,
    ended,
    close: () => stopping.abort(),
    until: async (like) => {
      await expect.poll(() => events.some(like), { timeout: 15_000, interval: 50 }).toBe(true);
      return events.find(like) as EventAnswer;
    },
  };
  await heard.until(({ event }) => event === 'ready');
  return heard;
}

const startRun = (flow: string) => api.ask('POST', `/flows/${flow}/runs`, { body: { full: true } });

describe('GET /events', () => {
  it('tells of runs as they begin and end, of errors, sets and pauses; of flows that one may see', async () => {
    const all = await listen('viewer');
    const some = await listen('viewer@returns-*');
    const { run } = (await startRun('returns-to-erp')).body as { readonly run: number };
    await all.until((each) => each.run?.run === run && each.run.status === 'queued');
    api.runtime.startWorking();
    await some.until((each) => each.run?.run === run && each.run.status === 'succeeded');

    const discarded = await api.ask('POST', '/errors/discard', {
      body: { ids: world.real['ids'], reason: 'gone' },
    });
    expect(discarded.status).toBe(200);
    await all.until((each) => each.event === 'errors' && each.flow === 'orders-to-erp');
    await world.workspace.run(['pause', 'returns-to-erp', '--reason', 'stocktaking']);
    await some.until((each) => each.pause?.name === 'returns-to-erp' && each.isOver === false);
    await world.workspace.run(['resume', 'returns-to-erp']);
    await some.until((each) => each.isOver === true);
    const made = await api.ask('POST', '/bulk', { body: { kind: 'reopen', ids: world.real['ids'] } });
    expect(made.status).toBe(202);
    await all.until((each) => each.bulk?.state === 'done');
    expect(JSON.stringify(some.events)).not.toContain('orders-to-erp');
    for (const each of [all, some]) each.close();
  });

  it('tells which flows have new files', async () => {
    const heard = await listen('viewer');
    const path = join(world.workspace.dir, 'flows/returns.yaml');
    await writeFile(path, `${await readFile(path, 'utf8')}summary: what comes back\n`);
    const around = { env: world.workspace.env, packageDir } as never;
    const told: unknown[] = [];
    const teller = { taken: () => {}, refused: (why: unknown) => told.push(why) };
    const edited = { dir: world.workspace.dir, runtime: api.runtime, scheduling: undefined };
    await takeEdits(around, edited, teller);
    expect(told).toEqual([]);
    const event = await heard.until((each) => each.event === 'flow');
    expect(event).toEqual({ event: 'flow', flow: 'returns-to-erp', change: 'taken' });
    heard.close();
  });

  it('tells who comes back what they have missed, or that nobody knows', async () => {
    const first = await listen('viewer');
    const lastId = first.ids.at(-1) ?? '';
    first.close();
    const { run } = (await startRun('returns-to-erp')).body as { readonly run: number };
    const other = await listen('viewer');
    await other.until((each) => each.run?.run === run && each.run.status === 'succeeded').catch(() => {});
    const back = await listen('viewer', lastId);
    const kinds = back.events.map(({ event }) => event);
    expect(kinds).toContain('run');
    expect(kinds.indexOf('run')).toBeLessThan(kinds.indexOf('ready'));
    expect(kinds).not.toContain('missed');
    for (const unknown of ['deadbeef-1', 'x', `${lastId}99999`]) {
      const lost = await listen('viewer', unknown);
      expect(lost.events.map(({ event }) => event)).toEqual(['missed', 'ready']);
      lost.close();
    }
    for (const each of [other, back]) each.close();
  });

  it('is for whoever is known and may see some flow, and ends when they may not any more', async () => {
    expect((await api.ask('GET', '/events', { as: null })).status).toBe(401);
    expect((await api.ask('GET', '/events', { as: 'none' })).status).toBe(403);
    const heard = await listen('support@returns-*');
    api.revoke('support@returns-*');
    await heard.ended;
    expect(heard.events.map(({ event }) => event)).toEqual(['ready']);
  });

  it('has room for so many of one caller', async () => {
    const lines = await Promise.all(Array.from({ length: 20 }, () => listen('integrator')));
    const { status, body } = await api.ask('GET', '/events', { as: 'integrator' });
    expect([status, (body as { code: string }).code]).toEqual([429, 'TL_TOO_MANY_REQUESTS']);
    for (const line of lines) line.close();
    await Promise.all(lines.map(({ ended }) => ended));
    await expect
      .poll(
        async () =>
          listen('integrator').then(
            (line) => line.close(),
            () => 'full',
          ),
        { timeout: 5_000 },
      )
      .toBeUndefined();
  });
});

describe('the client', () => {
  it('follows events, and is told where it is refused', async () => {
    const stopping = new AbortController();
    const events: string[] = [];
    const settings = { server: api.url, token: 'viewer' };
    const following = followEvents(settings, {
      onEvent: ({ event }) => events.push(event),
      stop: stopping.signal,
    });
    await expect.poll(() => events).toContain('ready');
    await startRun('returns-to-erp');
    await expect.poll(() => events, { timeout: 10_000 }).toContain('run');
    stopping.abort();
    await following;
    const refused = followEvents(
      { ...settings, token: 'none' },
      { onEvent: () => {}, stop: AbortSignal.timeout(5_000) },
    );
    await expect(refused).rejects.toMatchObject({ code: 'TL_FORBIDDEN' });
  });
});
