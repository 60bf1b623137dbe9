import { describe, expect, test } from 'vitest';
import { item, never, serveThings } from '../open-http.ts';
import type { Answer, SeenRequest } from '../test-server.ts';

/** Things with a `no` of ours and a `guid` of theirs. */
const things = {
  key: 'no',
  id: 'guid',
  find: { path: '/things', query: { no: '{{key}}' }, records: 'items' },
};

/** Answers look-ups with what is there, and every write with `answer`. */
function serving(there: Readonly<Record<string, string>>, answer: Answer) {
  return ({ method, query }: SeenRequest): Answer => {
    if (method !== 'GET') return answer;
    const no = query.get('no') ?? '';
    return { json: { items: Object.hasOwn(there, no) ? [{ no, guid: there[no] }] : [] } };
  };
}

describe('the id in the answer to a write', () => {
  test.each(['update', 'upsert'] as const)(
    'of an %s that says nothing of ids is not the record’s',
    async (kind) => {
      const { things: open } = await serveThings(
        { ...things, [kind]: { path: '/things/{{key}}' } },
        serving({}, { json: { guid: 3, id: 3 } }),
      );
      expect(await open[kind]?.([item('a', { id: 'g7' })], never)).toEqual([{ ok: true, id: 'g7' }]);
    },
  );

  test('is taken from where the operation says', async () => {
    const { things: open } = await serveThings(
      { ...things, update: { path: '/things/{{key}}', id: 'data.guid' } },
      serving({}, { json: { guid: 3, data: { guid: 'g7' } } }),
    );
    expect(await open.update?.([item('a')], never)).toEqual([{ ok: true, id: 'g7' }]);
  });

  test('is taken from an answer that has the key of the record, and from no other', async () => {
    const answers: Answer[] = [{ json: { no: 'a', guid: 'g1' } }, { json: { no: 'b', guid: 'g1' } }];
    const { server, things: open } = await serveThings(
      { ...things, create: { path: '/things' } },
      ({ method, query }) =>
        method === 'GET'
          ? { json: { items: [{ no: query.get('no'), guid: 'looked-up' }] } }
          : (answers.shift() ?? 'cut'),
    );
    expect(await open.create?.([item('a')], never)).toEqual([{ ok: true, id: 'g1' }]);
    expect(await open.create?.([item('a')], never)).toEqual([{ ok: true, id: 'looked-up' }]);
    expect(server.seen.map(({ method }) => method)).toEqual(['POST', 'POST', 'GET']);
  });

  test.each([
    ['nothing', {}],
    ['an empty text', { id: '' }],
    ['blanks', { id: '  ' }],
    ['a boolean', { id: true }],
    ['null', { id: null }],
    ['an object', { id: { value: 7 } }],
    ['a list', { id: [7] }],
  ])('of a create that is declared and is %s: looked for, else an error at once', async (_name, json) => {
    const declared = { ...things, create: { path: '/things', id: 'id' } };
    const { things: open } = await serveThings(declared, serving({ a: 'g1' }, { json }));
    expect(await open.create?.([item('a')], never)).toEqual([{ ok: true, id: 'g1' }]);
    const { things: empty, server } = await serveThings(declared, serving({}, { json }));
    expect(await empty.create?.([item('a')], never)).toMatchObject([
      { ok: false, fault: { code: 'TL_TARGET_ID_UNCLEAR', kind: 'rejected' } },
    ]);
    expect(server.seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test('is missing from a refusal, whose words are told', async () => {
    const { things: open } = await serveThings(
      { ...things, find: undefined, create: { path: '/things', id: 'id' } },
      () => ({ json: { message: 'Customer 7 is blocked', code: 'E17' } }),
    );
    expect(await open.create?.([item('a')], never)).toMatchObject([
      {
        ok: false,
        fault: {
          code: 'TL_TARGET_ID_UNCLEAR',
          message: 'erp: the answer to the create has no id at id: Customer 7 is blocked',
        },
      },
    ]);
  });

  test('of a create that has none yet is waited for, and the record is not made again at once', async () => {
    const { things: open, server } = await serveThings(
      { ...things, create: { path: '/things' } },
      serving({}, { status: 201 }),
    );
    expect(await open.create?.([item('a')], never)).toMatchObject([
      { ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } },
    ]);
    expect(server.seen.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });
});

describe('ids in the results of a bulk write', () => {
  const bulk = (more: object) => ({ path: '/batch', bulk: { size: 10, results: 'results', ...more } });

  test('are taken from where it says, and never stand in for one that is known', async () => {
    const { things: open } = await serveThings(
      { ...things, update: bulk({ id: 'id' }), upsert: bulk({}) },
      serving({}, { json: { results: [{ id: 'g1' }, { id: true }] } }),
    );
    const items = [item('a'), item('b', { id: 'g2' })];
    expect(await open.update?.(items, never)).toEqual([
      { ok: true, id: 'g1' },
      { ok: true, id: 'g2' },
    ]);
  });

  test('say nothing where the results are in another order than the records', async () => {
    const { things: open } = await serveThings(
      { ...things, update: bulk({ id: 'guid' }) },
      serving(
        {},
        {
          json: {
            results: [
              { no: 'b', guid: 'g2' },
              { no: 'a', guid: 'g1' },
              { no: 'c', guid: 'g3' },
            ],
          },
        },
      ),
    );
    expect(await open.update?.([item('a'), item('b'), item('c')], never)).toMatchObject([
      { ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } },
      { ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } },
      { ok: true, id: 'g3' },
    ]);
  });

  test('say nothing of a record that has two results which differ', async () => {
    const { things: open } = await serveThings(
      { ...things, update: bulk({ id: 'guid', match: 'no' }) },
      serving(
        {},
        {
          json: {
            results: [
              { no: 'a', guid: 'g1' },
              { no: 'a', guid: 'g2' },
              { no: 'b', guid: 'g3' },
              { no: 'b', guid: 'g3' },
            ],
          },
        },
      ),
    );
    expect(await open.update?.([item('a'), item('b')], never)).toMatchObject([
      { ok: false, fault: { code: 'TL_TARGET_UNKNOWN' } },
      { ok: true, id: 'g3' },
    ]);
  });

  test('are missed in what was created, and looked up', async () => {
    const { things: open } = await serveThings(
      { ...things, create: bulk({ id: 'id', match: 'no' }) },
      serving({ a: 'g1' }, { json: { results: [{ no: 'a' }, { no: 'b', message: 'blocked' }] } }),
    );
    expect(await open.create?.([item('a'), item('b')], never)).toMatchObject([
      { ok: true, id: 'g1' },
      { ok: false, fault: { code: 'TL_TARGET_ID_UNCLEAR' } },
    ]);
  });

  test('are looked up where the answer says nothing of single records', async () => {
    const { things: open } = await serveThings(
      { ...things, create: { path: '/batch', bulk: { size: 10 } } },
      serving({ a: 'g1', b: 'g2' }, { status: 202 }),
    );
    expect(await open.create?.([item('a'), item('b')], never)).toEqual([
      { ok: true, id: 'g1' },
      { ok: true, id: 'g2' },
    ]);
  });
});
