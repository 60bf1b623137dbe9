import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { faultOf, never, readAll, serveThings } from '../open-http.ts';
import type { Reply } from '../test-server.ts';

const one = { id: 1 };

/** What a read gives of one answer: its records, or the words of the fault. */
async function readOf(read: JsonObject, reply: Reply): Promise<unknown> {
  const { things } = await serveThings({ read: { path: '/things', ...read } }, () => reply);
  return await readAll(things).then(
    ({ records }) => records,
    (fault: { code: string; message: string }) => `${fault.code} ${fault.message}`,
  );
}

const isFault = (what: string) => expect.stringMatching(new RegExp(`^TL_SOURCE_UNREADABLE .*${what}`));

describe('a list that is there', () => {
  test.each<[records: string, json: unknown, found: readonly unknown[]]>([
    ['items', { items: [] }, []],
    ['items', { items: [one] }, [one]],
    ['items', { items: [one, { id: 2 }] }, [one, { id: 2 }]],
    ['data.items', { data: { items: [] } }, []],
    ['data.items', { data: [] }, []],
    ['data.items', { data: [{ items: [one] }] }, [one]],
    ['items[active]', { items: [] }, []],
    ['items[active]', { items: [{ id: 1, active: false }] }, []],
    ['items[active]', { items: [{ id: 1, active: true }] }, [{ id: 1, active: true }]],
    ['$filter(items, function($each) { $each.active })', { items: [{ id: 1, active: false }] }, []],
    ['items ~> $filter(function($each) { $each.active })', { items: [{ id: 1, active: false }] }, []],
    ["items.{ 'id': no }", { items: [{ no: 1 }] }, [one]],
    ["items.{ 'id': no }", { items: [] }, []],
    ['items^(id)', { items: [one] }, [one]],
    ['items[]', { items: [one] }, [one]],
    ['[items]', { items: [] }, []],
    ['[items]', { items: one }, [one]],
    ['($open := items[open]; $open.{ "id": id })', { items: [{ id: 1, open: false }] }, []],
    ['$$.items', { items: [] }, []],
    ['$append(open, closed)', { open: [] }, []],
    ['items.*', { items: { a: one } }, [one]],
    ['$each(items, function($each) { $each })', { items: { a: one } }, [one]],
    ['$each(items, function($each) { $each })', { items: {} }, []],
    ["$lookup($, 'the items')", { 'the items': [] }, []],
    ['data.(items)', { data: { items: [] } }, []],
    ['items ? items : []', { total: 0 }, []],
    ['items ?? []', { total: 0 }, []],
    ['`@graph`.items', { '@graph': [{ items: [] }] }, []],
  ])('%s of %j', async (records, json, found) => {
    expect(await readOf({ records }, { json })).toEqual(found);
  });

  test('is the body itself where nothing is said, and one record if it has the key', async () => {
    expect(await readOf({}, { json: [] })).toEqual([]);
    expect(await readOf({}, { json: [one] })).toEqual([one]);
    expect(await readOf({}, { json: { id: 1, errors: ['late'], lines: [] } })).toEqual([
      { id: 1, errors: ['late'], lines: [] },
    ]);
  });
});

describe('a list that is not there', () => {
  test.each<[records: string | undefined, json: unknown, told: string]>([
    ['items', null, 'the answer is null'],
    ['items', {}, 'there is no `items`: the answer is an empty object'],
    [
      'items',
      { data: [one], page: 1 },
      'there is no `items`: the answer has data .a list of 1., page .a number.',
    ],
    ['items', { items: null }, '`items` is null'],
    ['items', { items: '' }, '`items` is an empty text'],
    ['items', { items: 'private' }, '`items` is a text'],
    ['items', { items: 7 }, '`items` is a number'],
    ['items', { items: true }, '`items` is true or false'],
    ['items', { items: { id: 1 } }, '`items` is an object that has id .a number.'],
    ['items', 'private', 'the answer is a text'],
    ['items', [one], 'the answer is a list of 1'],
    ['data.items', { data: { rows: [] } }, 'there is no `data.items`: `data` has rows .an empty list.'],
    ['data.items', { data: null }, '`data` is null'],
    ['data.items', { data: [{ rows: [] }] }, '`data` is a list of 1'],
    ['items[active]', { message: 'private' }, 'there is no `items`: the answer has message .a text.'],
    ['items[active]', { items: { id: 1, active: true } }, '`items` is an object'],
    ['[items]', { message: 'private' }, 'there is no `items`'],
    ['[items]', { items: null }, '`items` is null'],
    ['[items[active]]', { message: 'private' }, 'there is no `items`'],
    ['$append(open, closed)', { message: 'private' }, 'there is no `open`'],
    ['items.*', { message: 'private' }, 'there is no `items`'],
    ['$each(items, function($each) { $each })', { message: 'private' }, 'there is no `items`'],
    ["items.{ 'id': id }", { items: { id: 1 } }, '`items` is an object'],
    ['$filter(items, function($each) { $each.active })', { message: 'private' }, 'there is no `items`'],
    [undefined, {}, 'the answer is an empty object'],
    [undefined, null, 'the answer is null'],
    [undefined, 'private', 'the answer is a text'],
    [undefined, { message: 'private' }, 'the answer is an object that has message .a text.'],
  ])('%s of %j', async (records, json, told) => {
    const found = await readOf(records === undefined ? {} : { records }, { json });
    expect(found).toEqual(isFault(told));
    expect(found).not.toContain('private');
  });

  test('is a fault after a good page as well, and moves no cursor', async () => {
    const read = {
      path: '/things',
      records: 'items',
      paging: { type: 'token', param: 'after', token: 'next' },
      cursor: { value: 'at' },
    };
    const { things } = await serveThings({ read }, (_request, index) => ({
      json: index === 0 ? { items: [{ id: 1, at: '2026-01-01T00:00:00Z' }], next: 't' } : { next: null },
    }));
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const page of things.read!({ where: {}, signal: never })) seen.push(page.cursor);
    })();
    expect(await faultOf(reading)).toMatchObject({ code: 'TL_SOURCE_UNREADABLE' });
    expect(seen).toEqual([undefined]);
  });

  test('is an error of the record where it is attached', async () => {
    const read = {
      path: '/things',
      attach: { lines: { path: '/things/{{record.id}}/lines', records: 'items' } },
    };
    const { things } = await serveThings({ read }, ({ path }) => {
      if (path === '/things') return { json: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] };
      if (path.includes('/a/')) return { json: { message: 'later' } };
      return path.includes('/c/') ? { json: { errors: ['later'] } } : { json: { items: [] } };
    });
    expect((await readAll(things)).records).toEqual([
      expect.objectContaining({
        code: 'TL_SOURCE_RECORD',
        message: expect.stringContaining('there is no `items`'),
      }),
      { id: 'b', lines: [] },
      expect.objectContaining({ code: 'TL_SOURCE_RECORD', message: expect.stringContaining('later') }),
    ]);
  });

  test('does not mean to a find that there is none', async () => {
    const { things } = await serveThings(
      { find: { path: '/things', query: { id: '{{key}}' }, records: 'items' } },
      () => ({ json: { message: 'the index is being built' } }),
    );
    expect(await faultOf(things.find!(['a'], never))).toMatchObject({ code: 'TL_SYSTEM_BAD_RESPONSE' });
  });
});

describe('what may come instead of a list', () => {
  test.each<[instead: string | string[], reply: Reply, found: unknown]>([
    ['object', { json: { items: one } }, [one]],
    ['object', { json: { items: {} } }, isFault('an empty object')],
    ['object', { json: { items: null } }, isFault('null')],
    ['empty', { json: { items: null } }, []],
    ['empty', { json: { items: '' } }, []],
    ['empty', { json: {} }, isFault('there is no `items`')],
    ['missing', { json: { total: 0 } }, []],
    ['missing', { json: null }, isFault('the answer is null')],
    ['missing', { json: { items: null } }, isFault('`items` is null')],
    ['noBody', { status: 204 }, []],
    [['object', 'empty'], { json: { items: null } }, []],
  ])('%s: %j', async (instead, reply, found) => {
    expect(await readOf({ records: 'items', instead }, reply)).toEqual(found);
  });

  test('is nothing where the manifest does not say so', async () => {
    expect(await readOf({ records: 'items' }, { status: 204 })).toMatch(
      /^TL_SYSTEM_BAD_RESPONSE .* answered 204 with nothing/,
    );
  });
});
