import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { faultOf, item, never, readAll, serveThings } from '../open-http.ts';
import type { Reply } from '../test-server.ts';

const payload = { id: 'a', price: '1' };
const locked = { message: 'the price list is locked' };

/** `ok`, or code and message of the fault, of a write that is answered so. */
async function writeOf(json: unknown, declaration: JsonObject = {}, more: JsonObject = {}): Promise<string> {
  const { things } = await serveThings(
    { update: { path: '/things/{{key}}', ...declaration } },
    () => ({ json }) as Reply,
    more,
  );
  const [result] = await things.update!([item('a', { payload })], never);
  return result?.ok === false ? `${result.fault.code} ${result.fault.message}` : 'ok';
}

const refused = (what: string) => expect.stringMatching(new RegExp(`^TL_TARGET_REJECTED .*${what}`));

describe('a write that is answered in the 2xx', () => {
  test.each<[json: unknown, told: string]>([
    [{ success: false, ...locked }, '`success` is false: the price list is locked'],
    [{ success: 'false', ...locked }, '`success` is false'],
    [{ Success: 0, ...locked }, '`Success` is false'],
    [{ ok: false, description: 'no' }, '`ok` is false: no'],
    [{ isSuccess: false }, '`isSuccess` is false'],
    [{ errors: [locked] }, '`errors` has 1: the price list is locked'],
    [{ Errors: { price: ['is locked'] } }, '`Errors` is not empty: price: is locked'],
    [{ errors: 'locked' }, '`errors` is not empty: locked'],
    [{ error: { code: 17, ...locked } }, '`error` is not empty: the price list is locked'],
    [{ error: 'locked' }, '`error` is not empty: locked'],
    [{ error: true }, '`error` is true'],
    [{ id: 4, jsonrpc: '2.0', error: { code: -32_000, message: 'locked' } }, '`error` is not empty: locked'],
    [{ fault: { faultstring: 'locked' } }, '`fault` is not empty: locked'],
    [{ status: 'error', ...locked }, '`status` is "error"'],
    [{ status: 'fail', data: { price: 'is locked' } }, '`status` is "fail"'],
    [{ status: 500, ...locked }, '`status` is 500'],
    [{ code: '404', msg: 'no such price' }, '`code` is 404: no such price'],
    [
      { data: { priceUpdate: { userErrors: [locked] } } },
      '`userErrors` has 1 in `data`: the price list is locked',
    ],
    [{ data: null, errors: [locked] }, '`errors` has 1'],
    [{ data: { priceUpdate: null }, errors: [locked] }, '`errors` has 1'],
    [{ result: { success: false, ...locked } }, '`success` is false in `result`'],
    [[{ id: 'a', success: false, errors: [locked] }], '`success` is false'],
    // The key comes back with a refusal as well, and all that was sent may.
    [{ id: 'a', price: '1', success: false, ...locked }, '`success` is false'],
    [{ id: 'a', price: '1', error: 'locked' }, '`error` is not empty'],
    [{ id: 'a', success: false, ...locked }, '`success` is false'],
  ])('is refused by %j', async (json, told) => {
    expect(await writeOf(json)).toEqual(refused(told));
  });

  test.each<[json: unknown]>([
    [{}],
    [{ success: true, errors: [], error: null, warnings: ['rounded'] }],
    [{ success: null, ok: 1, errors: {}, error: '' }],
    [{ error: false }],
    [{ error: { code: 0, message: '' } }],
    [{ error: 'none', errors: 0 }],
    [{ status: 'failed', amount: '1', customer: 'C-1' }],
    [{ status: 200, code: 0 }],
    [{ data: { priceUpdate: { userErrors: [] } } }],
    // The record itself: what belongs to it is no envelope.
    [{ id: 'a', price: '1', errors: ['no picture yet'] }],
    [{ id: 'a', price: '1', success: false, total: 2 }],
    [[]],
    [[{ success: false }, { success: true }]],
    ['done'],
  ])('is done by %j', async (json) => {
    expect(await writeOf(json)).toBe('ok');
  });

  test('is the record where little of it was sent', async () => {
    const stock = { id: 'a', quantity: 5, site: 'HH', errors: ['late'] };
    const { things } = await serveThings({ update: { path: '/things/{{key}}' } }, () => ({ json: stock }));
    expect(await things.update!([item('a', { payload: { quantity: 5 } })], never)).toMatchObject([
      { ok: true },
    ]);
  });

  test('may hold what was sent, whatever that sounds like', async () => {
    const { things } = await serveThings({ upsert: { path: '/things/{{key}}' } }, () => ({
      json: { paymentId: 7, success: false },
    }));
    const sent = item('a', { payload: { success: false, amount: '1' } });
    expect(await things.upsert!([sent], never)).toMatchObject([{ ok: true }]);
  });

  test('means what the manifest or the connection says', async () => {
    const row = (more: JsonObject) => ({ manifest: { responses: [{ because: 'x', ...more }] } });
    const warned = { errors: [{ severity: 'warning', ...locked }] };
    const harmless = row({ status: '2xx', when: "errors[0].severity = 'warning'", code: 'ok' });
    expect(await writeOf(warned, {}, harmless)).toBe('ok');
    expect(await writeOf({ success: false }, {}, harmless)).toEqual(refused('`success` is false'));
    const duplicate = row({ status: 200, when: "error.code = 'DUP'", code: 'TL_TARGET_DUPLICATE' });
    expect(await writeOf({ error: { code: 'DUP' } }, {}, duplicate)).toMatch(/^TL_TARGET_DUPLICATE/);
    // A row that looks at the member has decided about it, for the operations and the status it is about.
    expect(await writeOf({ error: { code: 'WARN' } }, {}, duplicate)).toBe('ok');
    const ofOthers = row({ status: 200, on: 'delete', when: 'error', code: 'TL_TARGET_REJECTED' });
    expect(await writeOf({ error: { code: 'WARN' } }, {}, ofOthers)).toEqual(refused('`error`'));
    expect(await writeOf({ result: 'failed' }, { id: 'result' })).toBe('ok');
  });

  test('is refused at once where it creates, and leaves nothing in doubt', async () => {
    const { server, things } = await serveThings({ create: { path: '/things', id: 'id' } }, () => ({
      json: { success: false, ...locked },
    }));
    const [result] = await things.create!([item('a')], never);
    expect(result).toMatchObject({ ok: false, fault: { code: 'TL_TARGET_REJECTED' }, isOver: true });
    expect(server.seen).toHaveLength(1);
  });
});

describe('an answer with more levels than a stack has', () => {
  const deep = (open: string, close: string) => `${open.repeat(20_000)}1${close.repeat(20_000)}`;
  test.each([
    `{"success":${deep('[', ']')}}`,
    `{"error":${deep('{"a":', '}')}}`,
    `{"errors":${deep('[', ']')}}`,
    `{"a":${deep('[', ']')},"error":"no"}`,
    `{"data":{"success":false,"message":${deep('{"a":', '}')}}}`,
    `{"error":{"code":${deep('[', ']')}}}`,
  ])('ends in an outcome (case %#)', async (text) => {
    const reply = { text, headers: { 'content-type': 'application/json' } };
    const { things } = await serveThings(
      {
        read: { path: '/things', records: 'a.b' },
        update: { path: '/things/{{key}}' },
        upsert: { path: '/things', bulk: { size: 2, results: 'results' } },
      },
      () => reply,
    );
    const defects: unknown[] = [];
    for (const write of [things.update!, things.upsert!]) {
      const results = await write([item('a', { payload })], never);
      defects.push(...results.filter((each) => !each.ok && each.fault.code === 'TL_DEFECT'));
    }
    const fault = await faultOf(readAll(things));
    expect([...defects, fault.code === 'TL_DEFECT']).toEqual([false]);
  });
});

describe('a question that is answered in the 2xx', () => {
  test('fails a read, with the words of the source', async () => {
    const { things } = await serveThings({ read: { path: '/things', records: 'items' } }, () => ({
      json: { items: [], errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }] },
    }));
    expect(await faultOf(readAll(things))).toMatchObject({
      code: 'TL_SOURCE_REJECTED',
      message: 'erp: GET /things answered 200, but `errors` has 1: Throttled',
      answer: { status: 200, message: 'Throttled' },
    });
  });

  test.each([
    { status: 'error', rows: [] },
    { status: 503, page: 1, rows: [] },
    { result: 'failed', total: 0, rows: [] },
  ])('has no records in an empty list beside %j', async (json) => {
    const asked = { path: '/things', records: 'rows' };
    const { things } = await serveThings({ read: asked, find: asked }, () => ({ json }));
    expect(await faultOf(readAll(things))).toMatchObject({ code: 'TL_SOURCE_REJECTED' });
    expect(await faultOf(things.find!(['a'], never))).toMatchObject({ code: 'TL_SYSTEM_BAD_RESPONSE' });
  });

  test('has its records whatever stands beside them', async () => {
    const json = { status: 'failed', batch: 7, rows: [{ id: 'a' }] };
    const { things } = await serveThings({ read: { path: '/things', records: 'rows' } }, () => ({ json }));
    expect((await readAll(things)).records).toEqual([{ id: 'a' }]);
  });

  test('is tried again where it looks for a record', async () => {
    const { things } = await serveThings({ find: { path: '/things/{{key}}' } }, () => ({
      json: { id: 'a', error: 'not found in this shard' },
    }));
    expect(await faultOf(things.find!(['a'], never))).toMatchObject({ code: 'TL_SYSTEM_BAD_RESPONSE' });
  });

  test('says nothing by members of its records', async () => {
    const order = { id: 'a', number: 'SO-1', errors: ['late'], success: false, status: 'failed' };
    const { things } = await serveThings(
      { read: { path: '/things' }, find: { path: '/things/{{key}}' } },
      ({ path }) => ({ json: path === '/things' ? [order] : order }),
    );
    expect((await readAll(things)).records).toEqual([order]);
    expect(await things.find!(['a'], never)).toMatchObject([{ id: 'a' }]);
  });
});

describe('rows of responses', () => {
  test('hold for the operations that they name', async () => {
    const responses = [
      { status: 409, on: 'read', code: 'TL_SYSTEM_UNAVAILABLE', because: 'x' },
      { status: 409, on: ['update'], code: 'TL_TARGET_CONFLICT', because: 'x' },
      { status: 404, on: 'read', code: 'absent', because: 'x' },
      { status: 404, on: 'find', code: 'absent', because: 'x' },
      { status: 418, code: 'TL_TARGET_REJECTED', because: 'x' },
    ];
    let status = 409;
    const { things } = await serveThings(
      {
        read: { path: '/things' },
        find: { path: '/things', query: { id: '{{key}}' } },
        create: { path: '/things' },
        update: { path: '/things/{{key}}' },
      },
      () => ({ status, json: {} }),
      { manifest: { responses } },
    );
    expect(await faultOf(readAll(things))).toMatchObject({ code: 'TL_SYSTEM_UNAVAILABLE' });
    expect(await things.update!([item('a')], never)).toMatchObject([
      { fault: { code: 'TL_TARGET_CONFLICT' } },
    ]);
    expect(await things.create!([item('a')], never)).toMatchObject([
      { fault: { code: 'TL_TARGET_DUPLICATE' } },
    ]);
    status = 404;
    expect((await readAll(things)).records).toEqual([]);
    expect(await things.find!(['a'], never)).toEqual([undefined]);
    status = 418;
    // What is asked has not been rejected, whatever the row is about.
    expect(await faultOf(readAll(things))).toMatchObject({ code: 'TL_SOURCE_REJECTED' });
    expect(await faultOf(things.find!(['a'], never))).toMatchObject({ code: 'TL_TARGET_FIND_REFUSED' });
    expect(await things.update!([item('a')], never)).toMatchObject([
      { fault: { code: 'TL_TARGET_REJECTED' } },
    ]);
  });

  test('stand on a connection as well, before those of its connector', async () => {
    const { things } = await serveThings(
      { update: { path: '/things/{{key}}' } },
      () => ({
        status: 422,
        json: { problem: { no: 'P1', words: 'too long' }, message: 'see problem' },
      }),
      {
        manifest: {
          responses: [{ status: 422, code: 'TL_TARGET_NOT_FOUND', because: 'x' }],
          error: { message: 'message' },
        },
        answers: {
          responses: [{ status: 422, code: 'TL_TARGET_CONFLICT' }],
          error: { message: 'problem.words', code: 'problem.no' },
        },
      },
    );
    expect(await things.update!([item('a')], never)).toMatchObject([
      {
        fault: {
          code: 'TL_TARGET_CONFLICT',
          message: 'erp: PATCH /things/{{key}} answered 422: too long',
          answer: { status: 422, code: 'P1', message: 'too long' },
        },
      },
    ]);
  });

  test('refuse what cannot be', async () => {
    const open = (row: JsonObject) =>
      serveThings({ read: { path: '/things' } }, () => ({ json: [] }), { manifest: { responses: [row] } });
    expect(await faultOf(open({ status: 404, on: 'create', code: 'absent' }))).toMatchObject({
      code: 'TL_WORKSPACE_INVALID',
    });
    expect(await faultOf(open({ status: 404, on: 'reads', code: 'absent' }))).toMatchObject({
      code: 'TL_WORKSPACE_INVALID',
    });
  });
});

describe('a bulk request that is answered in the 2xx', () => {
  const items = (...keys: string[]) => keys.map((key) => item(key));
  const bulk = (kind: 'create' | 'upsert', more: JsonObject = {}): JsonObject => ({
    [kind]: { path: '/batch', bulk: { size: 4, body: { ids: '[records.key]' }, ...more } },
  });
  const idsOf = (body: unknown) => (body as { ids: string[] }).ids;

  test('finds the records to blame where it was refused as a whole', async () => {
    const { things } = await serveThings(bulk('create'), ({ body }) => ({
      json: idsOf(body).includes('bad') ? { success: false, ...locked } : { success: true },
    }));
    expect(await things.create!(items('a', 'bad', 'c', 'd'), never)).toMatchObject([
      { ok: true },
      { ok: false, fault: { code: 'TL_TARGET_REJECTED', message: expect.stringContaining('locked') } },
      { ok: true },
      { ok: true },
    ]);
  });

  test('leaves a create in doubt where some of it may have been done', async () => {
    const { server, things } = await serveThings(bulk('create'), () => ({
      json: { errors: true, items: [{ id: 1 }, { error: 'no' }] },
    }));
    expect(await things.create!(items('a', 'b'), never)).toMatchObject([
      { ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } },
      { ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } },
    ]);
    expect(server.seen).toHaveLength(1);
  });

  test('believes what is said of each record, and looks at each', async () => {
    const { things } = await serveThings(bulk('upsert', { results: 'results', match: 'key' }), () => ({
      json: {
        success: false,
        results: [
          { key: 'a', success: true },
          { key: 'b', success: false, ...locked },
          { key: 'c', error: { text: 'gone' } },
        ],
      },
    }));
    expect(await things.upsert!(items('a', 'b', 'c'), never)).toMatchObject([
      { ok: true },
      { ok: false, fault: { code: 'TL_TARGET_REJECTED', message: expect.stringContaining('locked') } },
      { ok: false, fault: { code: 'TL_TARGET_REJECTED', message: expect.stringContaining('gone') } },
    ]);
  });

  test.each<[json: unknown, told: string]>([
    [{ message: 'later' }, 'there is no `results`'],
    [{ results: null }, '`results` is null'],
    [{ results: { key: 'a' } }, '`results` is an object'],
  ])('says nothing of its records without its results: %j', async (json, told) => {
    const { things } = await serveThings(bulk('upsert', { results: 'results', match: 'key' }), () => ({
      json,
    }));
    expect(await things.upsert!(items('a'), never)).toMatchObject([
      { ok: false, fault: { code: 'TL_TARGET_UNKNOWN', message: expect.stringContaining(told) } },
    ]);
  });

  test('needs no list of failures where nothing failed', async () => {
    const failures = { failures: { list: 'errors', keys: 'keys' } };
    const outcomes = [];
    for (const json of [
      {},
      { errors: null },
      { errors: [{ keys: ['a'] }] },
      { errors: 'broken' },
      { success: false },
    ]) {
      const { things } = await serveThings(bulk('upsert', failures), () => ({ json }));
      const [result] = await things.upsert!(items('a'), never);
      outcomes.push(result?.ok === false ? result.fault.code : 'ok');
    }
    expect(outcomes).toEqual(['ok', 'ok', 'TL_TARGET_REJECTED', 'TL_TARGET_UNKNOWN', 'TL_TARGET_REJECTED']);
  });
});
