import { expect, it } from 'vitest';
import { compileManifest } from '../../../src/connect/compile-manifest.ts';
import type { Resource } from '../../../src/contract/connector.ts';
import { changesOf, whatIsSent } from '../../../src/engine/forecast/what-is-sent.ts';
import type { ForTarget } from '../../../src/engine/line/decide/effect.ts';

function resourceOf(writes: object): Resource {
  const connector = compileManifest(
    {
      connector: 'erp',
      config: { type: 'object' },
      baseUrl: 'http://127.0.0.1:9',
      resources: { docs: { key: 'ref', id: 'id', version: 'rev', ...writes } },
    },
    { placeOf: () => undefined },
  );
  const log = { debug: () => {}, warn: () => {} };
  const settings = { name: 'erp', config: { company: 7 }, resources: {}, limits: {}, workspaceDir: '/' };
  const { docs } = connector.open(settings, { clock: { now: () => 0 }, log }).resources;
  if (docs === undefined) throw new Error('no docs');
  return docs;
}

const payload = { ref: 'A', total: '9.00' };
const effect = (kind: 'create' | 'update' | 'upsert'): ForTarget => ({
  do: kind,
  id: '33',
  record: {
    item: { record: { key: 'A', native: {} }, runId: 1, attempts: 0 },
    payload,
    text: JSON.stringify(payload),
    fingerprint: '',
  },
});
const found = {
  id: '33',
  record: { id: 33, ref: 'A', rev: '5', total: '9.00', mail: 'jo@example.org', note: null },
};
const lost = [{ path: 'mail', segments: ['mail'], before: 'jo@example.org', after: undefined }];

it.each([
  ['a PUT', { update: { method: 'PUT', path: '/docs/{{id}}' } }, lost],
  ['a PUT that keeps the rest', { update: { method: 'PUT', path: '/d', replaces: false } }, []],
  ['a PATCH', { update: { path: '/docs/{{id}}' } }, []],
  ['a POST that replaces', { update: { method: 'POST', path: '/d', replaces: true } }, lost],
])('shows what the target loses by %s', async (_what, writes, differences) => {
  const resource = resourceOf(writes);
  const sent = await whatIsSent({ resource }, effect('update'));
  expect(sent && changesOf({ resource }, sent, found)).toEqual(differences);
});

it('shows what is lost inside of objects and lists, and nothing that the schema does not let be sent', async () => {
  const schema = { type: 'object', properties: { ref: {}, total: {}, to: {}, lines: {} } };
  const resource = resourceOf({ schema, update: { method: 'PUT', path: '/d' } });
  const sent = { record: { to: { city: 'B' }, lines: [{ sku: 'x' }] }, replaces: true };
  const has = {
    to: { city: 'B', zip: '1' },
    lines: [{ sku: 'x', qty: 2 }, { sku: 'y' }],
    changedBy: 'admin',
  };
  const changes = changesOf({ resource }, sent, { id: '1', record: has });
  expect(changes.map(({ path, before }) => [path, before])).toEqual([
    ['lines[1]', { sku: 'y' }],
    ['to.zip', '1'],
    ['lines[0].qty', 2],
  ]);
});

it.each([
  ['its payload', { create: { path: '/d' } }, payload],
  [
    'what it wraps',
    { create: { path: '/d', body: { order: 'payload', company: 'config.company' } } },
    payload,
  ],
  [
    'a body made of it',
    { create: { path: '/d', body: { ref: 'key', company: 'config.company', sum: 'payload.total' } } },
    { ref: 'A', company: 7, sum: '9.00' },
  ],
  [
    'a body with more',
    { create: { path: '/d', body: "$merge([payload, { 'id': key }])" } },
    { ...payload, id: 'A' },
  ],
  [
    'its payload, of one among others',
    { create: { path: '/d', bulk: { size: 9, body: { all: 'records.payload' } } } },
    payload,
  ],
])('compares what is really sent of a record: %s', async (_what, writes, record) => {
  const sent = await whatIsSent({ resource: resourceOf(writes) }, effect('create'));
  expect(sent?.record).toEqual(record);
});
