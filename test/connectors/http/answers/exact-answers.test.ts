import { describe, expect, it, test } from 'vitest';
import { toExactNumber } from '../../../../src/contract/exact-json/json-number.ts';
import { Fault } from '../../../../src/contract/fault.ts';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { faultOf, item, never, readAll, serveThings } from '../open-http.ts';

const big = '820982911946154508';
const things: JsonObject = { read: { path: '/things', records: 'items' } };
const json = { 'content-type': 'application/json' };

/** Each record as it was read, or the message of its fault. */
async function read(text: string | Buffer, headers: Record<string, string> = json, declaration = things) {
  const { things: resource } = await serveThings(declaration, () => ({ text, headers }));
  const { records } = await readAll(resource);
  return records.map((each) => (each instanceof Fault ? `${each.code}: ${each.message}` : each));
}

describe('a record that nobody can rely on', () => {
  it('is an error, and its neighbours are read', async () => {
    const records = await read(
      `{"items":[{"id":"A"},{"id":"B","w":[1,1e400]},{"id":"C","id":"D"},{"id":${big}},{"id":"E","__proto__":1}]}`,
    );
    expect(records).toEqual([
      { id: 'A' },
      'TL_SOURCE_RECORD: erp: GET /things: a record cannot be relied on: `w[1]` is 1e400, a number too large to be held',
      'TL_SOURCE_RECORD: erp: GET /things: a record cannot be relied on: `id` stands twice',
      { id: big },
      JSON.parse('{"id":"E","__proto__":1}'),
    ]);
  });

  it('is kept as it stood in the answer', async () => {
    const text = '{"items":[ {"id": "B", "w": 1E999} ]}';
    const { things: resource } = await serveThings(things, () => ({ text, headers: json }));
    for await (const page of resource.read!({ where: {}, signal: never })) {
      expect(page.records).toEqual([expect.objectContaining({ raw: '{"id": "B", "w": 1E999}' })]);
    }
  });

  it('moves the cursor as the others do', async () => {
    const cursor = { type: 'number', value: 'n', query: { from: '{{cursor}}' } };
    const { things: resource } = await serveThings(
      { read: { path: '/things', records: 'items', cursor } },
      () => ({
        text: `{"items":[{"id":"A","n":${big}},{"id":"B","n":820982911946154509,"w":1e400}]}`,
        headers: json,
      }),
    );
    expect((await readAll(resource)).cursors).toEqual(['820982911946154509']);
  });

  it.each([
    ['{"items":[{"id":"A"}],"items":[{"id":"B"}]}', '`items` stands twice'],
    ['{"items":[{"id":"A"}],"total":1e400}', '`total` is 1e400'],
    ['{"items":[{"id":"A","id":"A"}],"next":1,"next":2}', '`next` stands twice'],
    ['1e400', 'it is 1e400'],
  ])('is not meant where it is the answer itself: %s', async (text, told) => {
    const { things: resource } = await serveThings(things, () => ({ text, headers: json }));
    const fault = await faultOf(readAll(resource));
    expect(fault.code).toBe('TL_SYSTEM_BAD_RESPONSE');
    expect(fault.message).toContain(told);
  });

  it('has what is attached to it held against it', async () => {
    const { things: resource } = await serveThings(
      { read: { path: '/things', records: 'items', attach: { lines: { path: '/lines/{{record.id}}' } } } },
      ({ path }) => ({
        text:
          path === '/things'
            ? '{"items":[{"id":"A"},{"id":"B"}]}'
            : path.endsWith('A')
              ? '[{"n":1,"n":2}]'
              : '[]',
        headers: json,
      }),
    );
    const { records } = await readAll(resource);
    expect(records).toEqual([expect.objectContaining({ code: 'TL_SOURCE_RECORD' }), { id: 'B', lines: [] }]);
  });
});

describe('every digit', () => {
  it('of a key, a token and an offset goes into the next request', async () => {
    const paging = { type: 'keyset', last: 'id', query: { after: '{{last}}' }, size: { value: 1 } };
    const { server, things: resource } = await serveThings(
      { read: { path: '/things', paging, attach: { lines: { path: '/lines/{{record.id}}' } } } },
      ({ path, query }) => {
        if (path !== '/things') return { text: '[]', headers: json };
        return { text: query.has('after') ? '[]' : `[{"id":${big}}]`, headers: json };
      },
    );
    await readAll(resource);
    const urls = server.seen.map(({ url }) => url);
    expect(urls).toContain(`/lines/${big}`);
    expect(urls).toContain(`/things?after=${big}`);
  });

  it('of an id in an answer, and of a version tag, is kept', async () => {
    const { things: resource } = await serveThings(
      {
        etag: 'rev',
        find: { path: '/things/{{key}}' },
        create: { path: '/things', id: 'data.id', etag: 'data.rev' },
      },
      ({ method }) => ({
        text:
          method === 'GET'
            ? `{"id":${big},"rev":9007199254740993}`
            : `{"data":{"id":${big},"rev":9007199254740993}}`,
        headers: json,
      }),
    );
    expect(await resource.find!([big], never)).toMatchObject([{ id: big, etag: '9007199254740993' }]);
    expect(await resource.create!([item('a')], never)).toEqual([
      { ok: true, id: big, etag: '9007199254740993' },
    ]);
  });

  it('of the results of a bulk request finds its record', async () => {
    const { things: resource } = await serveThings(
      { upsert: { path: '/bulk', method: 'POST', bulk: { size: 10, results: '$', match: 'key', id: 'id' } } },
      () => ({ text: `[{"key":820982911946154509,"id":2},{"key":${big},"id":1}]`, headers: json }),
    );
    expect(await resource.upsert!([item(big), item('820982911946154509')], never)).toEqual([
      { ok: true, id: '1' },
      { ok: true, id: '2' },
    ]);
  });

  it.each<[what: string, write: JsonObject, body: string]>([
    ['as it is', { path: '/things/{{payload.n}}' }, `{"id":"a","n":${big}}`],
    [
      'in a body of its own',
      { path: '/things/{{payload.n}}', body: { data: 'payload', n: 'payload.n' } },
      `{"data":{"id":"a","n":${big}},"n":${big}}`,
    ],
    [
      'made by an expression',
      {
        path: '/things/{{payload.n}}',
        body: { d: '$merge([payload, {"x": 1}])', t: 'payload.n & ""', e: '$decimal(payload.n)' },
      },
      `{"d":{"id":"a","n":${big},"x":1},"t":"${big}","e":"${big}"}`,
    ],
    ['in bulk', { path: '/things', bulk: { size: 5 } }, `[{"id":"a","n":${big}}]`],
    ['in a query', { path: '/things/{{payload.n}}', query: { n: '{{payload.n}}' } }, `{"id":"a","n":${big}}`],
  ])('of a number of the payload is written, %s', async (_what, upsert, body) => {
    const { server, things: resource } = await serveThings({ upsert }, () => ({ json: {} }));
    const payload = { id: 'a', n: toExactNumber(big) };
    expect(await resource.upsert!([item('a', { payload })], never)).toMatchObject([{ ok: true }]);
    expect(server.seen[0]?.text).toBe(body);
    if (!('bulk' in upsert)) expect(server.seen[0]?.path).toBe(`/things/${big}`);
  });
});

it('an answer to a create is believed but for what is flawed in it', async () => {
  const { things: resource } = await serveThings({ create: { path: '/things', id: 'id' } }, ({ text }) => ({
    text: text.includes('a') ? '{"id":7,"weight":1e400}' : '{"id":7,"id":8}',
    headers: json,
  }));
  expect(await resource.create!([item('a')], never)).toEqual([{ ok: true, id: '7' }]);
  expect(await resource.create!([item('b')], never)).toMatchObject([
    { ok: false, fault: { code: 'TL_TARGET_ID_UNCLEAR' } },
  ]);
});

const umlauts = '{"items":[{"id":"K1","name":"Käthe Groß"}]}';
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

describe('the charset of an answer', () => {
  test.each<[type: string | undefined, body: Buffer]>([
    [undefined, Buffer.from(umlauts)],
    ['application/json', Buffer.from(umlauts)],
    ['application/json', Buffer.from(`\uFEFF${umlauts}`)],
    ['application/json; charset=UTF8', Buffer.from(umlauts)],
    ['application/json; charset=ISO-8859-1', Buffer.from(umlauts, 'latin1')],
    ['application/json;charset="windows-1252"', Buffer.from(umlauts, 'latin1')],
    ["application/json; charset='latin1'; profile=x", Buffer.from(umlauts, 'latin1')],
    ['application/json; charset=utf-16le', utf16(umlauts)],
    ['application/json; charset=utf-16', utf16(umlauts)],
    ['application/json; charset=UTF-16', utf16(umlauts).swap16()],
    ['application/json; charset=utf-16be', utf16(umlauts).swap16()],
    // What the bytes begin with says it more surely than the header.
    ['application/json', utf16(`\uFEFF${umlauts}`)],
    ['application/json; charset=ISO-8859-1', Buffer.from(`\uFEFF${umlauts}`)],
  ])('%s is heeded', async (type, body) => {
    const records = await read(body, type === undefined ? {} : { 'content-type': type });
    expect(records).toEqual([{ id: 'K1', name: 'Käthe Groß' }]);
  });

  it('is the one of the connection where the answer names none', async () => {
    const latin1 = Buffer.from(umlauts, 'latin1');
    for (const [type, text] of [
      ['application/json', latin1],
      ['application/json; charset=utf-8', Buffer.from(umlauts)],
    ] as const) {
      const { things: resource } = await serveThings(
        things,
        () => ({ text, headers: { 'content-type': type } }),
        {
          config: { charset: 'windows-1252' },
        },
      );
      expect((await readAll(resource)).records).toEqual([{ id: 'K1', name: 'Käthe Groß' }]);
    }
    const { things: wrong } = await serveThings(things, () => ({ text: latin1 }), {
      config: { charset: 'ANSI' },
    });
    expect(await faultOf(readAll(wrong))).toMatchObject({
      code: 'TL_CONNECTION_CONFIG',
      message: expect.stringContaining('must be a charset such as windows-1252, got "ANSI"'),
    });
  });

  it('does not matter to what is ASCII', async () => {
    const type = { 'content-type': 'application/json; charset=x-nobody-knows' };
    expect(await read('{"items":[{"id":"K1"}]}', type)).toEqual([{ id: 'K1' }]);
  });

  it('is told where nobody knows it', async () => {
    const type = { 'content-type': 'application/json; charset=x-nobody-knows' };
    const { things: resource } = await serveThings(things, () => ({
      text: Buffer.from(umlauts),
      headers: type,
    }));
    const fault = await faultOf(readAll(resource));
    expect(fault.message).toContain('the charset "x-nobody-knows"');
  });

  it.each([
    ['application/json', 'utf-8', 'its content type names no charset'],
    ['application/json; charset=utf-8', 'utf-8', 'as its content type says'],
    ['application/json; charset=shift_jis', 'shift_jis', 'as its content type says'],
  ])(
    '%s: a record with bytes that are none in it is an error, its neighbours are read',
    async (type, charset, said) => {
      const body = Buffer.concat([
        Buffer.from('{"items":[{"id":"A"},{"id":"K1","name":"K'),
        Buffer.from([0xff]),
        Buffer.from('the"},{"id":"B"}]}'),
      ]);
      const records = await read(body, { 'content-type': type });
      expect(records).toEqual([
        { id: 'A' },
        expect.stringContaining(`byte 42 of the answer is no ${charset} text`),
        { id: 'B' },
      ]);
      expect(records[1]).toContain(said);
      expect(records[1]).toContain('`name` holds U+FFFD');
    },
  );

  it('never hides the status of an error, nor its words', async () => {
    const { things: resource } = await serveThings({ create: { path: '/things' } }, () => ({
      status: 422,
      text: Buffer.from('{"message":"Größe fehlt"}', 'latin1'),
      headers: json,
    }));
    const [result] = await resource.create!([item('a')], never);
    expect(result).toMatchObject({
      ok: false,
      fault: { code: 'TL_TARGET_REJECTED', answer: { status: 422 } },
    });
  });

  it('says which bytes keep an answer from being JSON', async () => {
    const { things: resource } = await serveThings(things, () => ({
      text: Buffer.from([0x7b, 0xff, 0xfe]),
      headers: json,
    }));
    expect((await faultOf(readAll(resource))).message).toContain('byte 2 of the answer is no utf-8 text');
  });

  it('takes no id that holds bytes that are none', async () => {
    const { things: resource } = await serveThings({ create: { path: '/things', id: 'id' } }, () => ({
      text: Buffer.from('{"id":"Größe"}', 'latin1'),
      headers: json,
    }));
    expect(await resource.create!([item('a')], never)).toMatchObject([
      { ok: false, fault: { code: 'TL_TARGET_ID_UNCLEAR' } },
    ]);
  });
});
