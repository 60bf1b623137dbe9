import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { now, openFiles, readAll, request } from './open-files.ts';

const declared = { read: { files: '*.csv', format: 'csv' } };
const rows = (from: number, count: number) =>
  `id\n${Array.from({ length: count }, (_, index) => `${from + index}\n`).join('')}`;
const ids = (records: readonly unknown[]) => records.map((record) => (record as { id: string }).id);

test('reads files in the order of their names, several in one page', async () => {
  await using files = await openFiles({ 'b.csv': rows(2, 1), 'a.csv': rows(1, 1), 'c.csv': rows(3, 2) });
  const { records, pages } = await readAll(files.resource(declared));
  expect([ids(records), pages.length]).toEqual([['1', '2', '3', '4'], 1]);
  expect(await files.names()).toEqual(['archive', 'archive/a.csv', 'archive/b.csv', 'archive/c.csv']);
});

test('reads files in the order of their last change', async () => {
  await using files = await openFiles({ 'a.csv': rows(1, 1) });
  await files.put('b.csv', rows(2, 1), new Date(now - 7_200_000));
  const { records } = await readAll(files.resource({ read: { ...declared.read, order: 'modified' } }));
  expect(ids(records)).toEqual(['2', '1']);
});

test('leaves a file that changed a moment ago for the next run, and says so', async () => {
  await using files = await openFiles();
  await files.put('young.csv', rows(1, 1), new Date(now - 1_999));
  await files.put('old.csv', rows(2, 1), new Date(now - 2_000));
  const { records } = await readAll(files.resource(declared));
  expect(ids(records)).toEqual(['2']);
  expect(files.log).toEqual([
    {
      level: 'debug',
      event: 'file not ready',
      fields: { connection: 'legacy', file: 'young.csv', ready: 'settled' },
    },
  ]);
  expect(await files.names()).toEqual(['archive', 'archive/old.csv', 'young.csv']);
});

test('waits as long as `settle` says', async () => {
  await using files = await openFiles({}, { settle: '2h' });
  await files.put('a.csv', rows(1, 1), new Date(now - 3_600_000));
  expect((await readAll(files.resource(declared))).records).toEqual([]);
});

test('takes a file once its .done lies beside it, and does not leave the marker behind', async () => {
  await using files = await openFiles();
  await files.put('a.csv', rows(1, 1), new Date(now));
  await files.put('b.csv', rows(2, 1));
  await files.put('a.csv.done', '');
  const { records } = await readAll(
    files.resource({ read: { ...declared.read, files: '*', ready: 'done' } }),
  );
  expect(ids(records)).toEqual(['1']);
  expect(await files.names()).toEqual(['archive', 'archive/a.csv', 'b.csv']);
});

test('archives a file only after the page that it ends in', async () => {
  await using files = await openFiles({ 'a.csv': rows(0, 1_500) });
  const reading = files.resource(declared).read!(request())[Symbol.asyncIterator]();
  const first = await reading.next();
  expect([first.value.records.length, first.value.done]).toEqual([1_000, undefined]);
  const second = await reading.next();
  expect(second.value.records.length).toBe(500);
  expect(await files.names()).toEqual(['a.csv']);
  await second.value.done();
  await second.value.done();
  expect(await files.names()).toEqual(['archive', 'archive/a.csv']);
  expect((await reading.next()).done).toBe(true);
});

test('closes the file when the reader stops in the middle', async () => {
  await using files = await openFiles({ 'a.csv': rows(0, 100_000) });
  for await (const page of files.resource(declared).read!(request())) {
    expect(page.records).toHaveLength(1_000);
    break;
  }
  expect(await files.names()).toEqual(['a.csv']);
});

test('stops when it is told to', async () => {
  await using files = await openFiles({ 'a.csv': rows(0, 100_000) });
  const stop = new AbortController();
  const seen: number[] = [];
  const reading = async () => {
    for await (const page of files.resource(declared).read!(request({ signal: stop.signal }))) {
      seen.push(page.records.length);
      stop.abort(new Error('told to stop'));
    }
  };
  await expect(reading()).rejects.toThrow('told to stop');
  expect(seen.length).toBeLessThan(100);
  expect(await files.names()).toEqual(['a.csv']);
});

test('never overwrites what is in the archive', async () => {
  await using files = await openFiles({ 'a.csv': rows(1, 1) });
  const resource = files.resource(declared);
  await readAll(resource);
  await files.put('a.csv', rows(2, 1));
  await readAll(resource);
  await files.put('a.csv', rows(3, 1));
  expect(ids((await readAll(resource)).records)).toEqual(['3']);
  expect(await files.names()).toEqual(['archive', 'archive/a-2.csv', 'archive/a-3.csv', 'archive/a.csv']);
});

test('does not archive a new delivery that came under the name of the one read', async () => {
  await using files = await openFiles({ 'a.csv': rows(1, 1) });
  const resource = files.resource(declared);
  for await (const page of resource.read!(request())) {
    await files.put('a.csv', rows(2, 2));
    await page.done?.();
  }
  expect(await files.names()).toEqual(['a.csv']);
  expect(ids((await readAll(resource)).records)).toEqual(['2', '3']);
});

test('does not archive a file that grew while it was read', async () => {
  await using files = await openFiles({ 'a.csv': rows(0, 1_500) });
  for await (const page of files.resource(declared).read!(request())) {
    await writeFile(join(files.dir, 'a.csv'), rows(9, 1), { flag: 'a' });
    await page.done?.();
  }
  expect(await files.names()).toEqual(['a.csv']);
  expect(files.log.map(({ event }) => event)).toEqual(['file changed while it was read']);
});

test('keeps sub-folders in the archive, and does not read the archive again', async () => {
  await using files = await openFiles({
    'shop/a.csv': rows(1, 1),
    'archive/shop/a.csv': rows(0, 1),
    '.b.csv': rows(3, 1),
  });
  const { records } = await readAll(files.resource({ read: { ...declared.read, files: '**/*.csv' } }));
  expect(ids(records)).toEqual(['1']);
  expect(await files.names()).toEqual([
    '.b.csv',
    'archive',
    'archive/shop',
    'archive/shop/a-2.csv',
    'archive/shop/a.csv',
    'shop',
  ]);
});

test('moves to another archive folder', async () => {
  await using files = await openFiles({ 'a.csv': rows(1, 1) }, { archive: 'taken/csv' });
  await readAll(files.resource(declared));
  expect(await files.names()).toEqual(['taken', 'taken/csv', 'taken/csv/a.csv']);
});

test('without an archive, remembers in the cursor what was taken', async () => {
  await using files = await openFiles({ 'a.csv': rows(1, 1), 'b.csv': rows(2, 1) }, { archive: false });
  const resource = files.resource(declared);
  const first = await readAll(resource);
  expect(JSON.parse(first.cursor ?? '')).toEqual({
    'a.csv': `${now - 3_600_000}:5`,
    'b.csv': `${now - 3_600_000}:5`,
  });
  expect(await readAll(resource, { cursor: first.cursor! })).toMatchObject({ pages: [], thrown: undefined });

  await files.put('b.csv', rows(20, 1));
  await files.put('c.csv', rows(3, 1));
  const second = await readAll(resource, { cursor: first.cursor! });
  expect(ids(second.records)).toEqual(['20', '3']);
  expect(Object.keys(JSON.parse(second.cursor ?? ''))).toEqual(['a.csv', 'b.csv', 'c.csv']);
  expect(ids((await readAll(resource)).records)).toEqual(['1', '20', '3']);
});

test('moves the cursor only with the page that a file ends in', async () => {
  await using files = await openFiles({ 'a.csv': rows(0, 1_500), 'b.csv': rows(2, 1) }, { archive: false });
  const { pages } = await readAll(files.resource(declared));
  expect(pages.map(({ cursor }) => (cursor === undefined ? [] : Object.keys(JSON.parse(cursor))))).toEqual([
    [],
    ['a.csv', 'b.csv'],
  ]);
});

test('forgets files that are gone', async () => {
  await using files = await openFiles({ 'b.csv': rows(2, 1) }, { archive: false });
  const { cursor } = await readAll(files.resource(declared), { cursor: '{"a.csv":"1:2"}' });
  expect(Object.keys(JSON.parse(cursor ?? ''))).toEqual(['b.csv']);
});

test('takes a date for the files changed since, or until', async () => {
  await using files = await openFiles({}, { archive: false });
  await files.put('a.csv', rows(1, 1), new Date('2026-01-01T00:00:00Z'));
  await files.put('b.csv', rows(2, 1), new Date('2026-01-02T00:00:00Z'));
  const resource = files.resource(declared);
  const since = await readAll(resource, { cursor: '2026-01-01T12:00:00Z' });
  expect([ids(since.records), Object.keys(JSON.parse(since.cursor ?? ''))]).toEqual([
    ['2'],
    ['a.csv', 'b.csv'],
  ]);
  expect(ids((await readAll(resource, { until: '2026-01-01T12:00:00Z' })).records)).toEqual(['1']);
});

test('refuses a cursor and a parameter that it does not understand', async () => {
  await using files = await openFiles({ 'a.csv': rows(1, 1) });
  const resource = files.resource(declared);
  expect((await readAll(resource, { cursor: 'nonsense' })).thrown).toMatchObject({
    code: 'TL_SOURCE_REJECTED',
  });
  expect((await readAll(resource, { where: { Status: 'Open' } })).thrown).toMatchObject({
    code: 'TL_SOURCE_REJECTED',
  });
});

test('hands over the files before one that cannot be read, and none behind it', async () => {
  await using files = await openFiles({ 'a.csv': rows(1, 1), 'b.csv': 'id,id\n1,2\n', 'c.csv': rows(3, 1) });
  const { records, thrown } = await readAll(files.resource(declared));
  expect(ids(records)).toEqual(['1']);
  expect(thrown?.message).toBe('b.csv:1: the header names "id" more than once');
  expect(await files.names()).toEqual(['archive', 'archive/a.csv', 'b.csv', 'c.csv']);
});

test('does not follow links out of the folder', async () => {
  await using outside = await openFiles({ 'secret.csv': rows(666, 1) });
  await using files = await openFiles({ 'a.csv': rows(1, 1) });
  await symlink(join(outside.dir, 'secret.csv'), join(files.dir, 'b.csv'));
  await symlink(outside.dir, join(files.dir, 'sub'));
  const { records } = await readAll(files.resource({ read: { ...declared.read, files: '{*,sub/*}.csv' } }));
  expect(ids(records)).toEqual(['1']);
  expect(
    files.log
      .filter(({ level }) => level === 'warn')
      .map(({ fields }) => fields['file'])
      .sort(),
  ).toEqual(['b.csv', 'sub/secret.csv']);
});

test('reads a link within the folder, and archives the link', async () => {
  await using files = await openFiles({ 'store/a.csv': rows(1, 1) });
  await symlink(join(files.dir, 'store/a.csv'), join(files.dir, 'a.csv'));
  expect(ids((await readAll(files.resource(declared))).records)).toEqual(['1']);
  expect(await files.names()).toEqual(['archive', 'archive/a.csv', 'store', 'store/a.csv']);
});

test('judges a file whose time lies in the future by the time this machine last saw it change', async () => {
  await using files = await openFiles();
  const realNow = Date.now();
  await files.put('a.csv', rows(1, 1), new Date(realNow + 86_400_000));
  files.clock.ms = realNow;
  expect((await readAll(files.resource(declared))).records).toEqual([]);
  files.clock.ms = realNow + 60_000;
  expect(ids((await readAll(files.resource(declared))).records)).toEqual(['1']);
});

test.each(['../*.csv', '/etc/*', 'a/../../*.csv', '{..,a}/*.csv', 'C:\\*.csv'])(
  'refuses the pattern %s',
  async (pattern) => {
    await using files = await openFiles();
    const open = () => files.resource({ read: { files: pattern, format: 'csv' } });
    expect(open).toThrow(expect.objectContaining({ code: 'TL_CONNECTION_CONFIG' }));
  },
);

test.each([
  ['an archive that holds the folder', { archive: '..' }, declared],
  ['a settle time without a unit', { settle: '2' }, declared],
  ['an encoding nobody knows', { encoding: 'klingon-8' }, declared],
  ['a size without a unit', {}, { read: { ...declared.read, maxRecord: '5' } }],
  [
    'rows named like the column grouped by',
    {},
    { read: { ...declared.read, group: { by: 'id', as: 'id' } } },
  ],
])('refuses %s', async (_, config, declaration) => {
  await using files = await openFiles({}, config);
  expect(() => files.resource(declaration)).toThrow(
    expect.objectContaining({ code: 'TL_CONNECTION_CONFIG' }),
  );
});

test('says which folder does not exist, on a read and on a check', async () => {
  await using files = await openFiles({}, { path: '/nowhere/data' });
  const expected = {
    code: 'TL_CONNECTION_CONFIG',
    message: 'connection legacy: folder /nowhere/data does not exist',
  };
  expect((await readAll(files.resource(declared))).thrown).toMatchObject(expected);
  await expect(files.open(declared).check!(new AbortController().signal)).rejects.toMatchObject(expected);
});

test('checks a folder that is there, and refuses a file in its place', async () => {
  await using files = await openFiles({ 'a.csv': '' });
  await files.open(declared).check!(new AbortController().signal);
  await using other = await openFiles({}, { path: join(files.dir, 'a.csv') });
  await expect(other.open(declared).check!(new AbortController().signal)).rejects.toThrow('is not a folder');
});
