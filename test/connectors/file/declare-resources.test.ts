import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import file from '../../../connectors/file/index.ts';
import { isJsonObject } from '../../../src/contract/json.ts';
import { openFiles } from './open-files.ts';

// `required` inside `anyOf` names properties that stand one level up.
const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
const isResource = ajv.compile(file.resource ?? {});
const isConfig = ajv.compile(file.config);
const read = { files: '*.csv', format: 'csv' };

test.each([
  { key: 'id', read },
  {
    key: 'id',
    version: 'changed',
    read: {
      ...read,
      delimiter: ';',
      encoding: 'windows-1252',
      quote: false,
      header: ['id'],
      maxRecord: '1MB',
    },
  },
  {
    key: 'id',
    read: {
      ...read,
      group: { by: 'id', as: 'lines', header: ['c'], sorted: false, limit: '1GB' },
      ready: 'done',
      order: 'modified',
    },
  },
  {
    key: 'id',
    read: { files: '*.xml', format: 'xml', records: 'orders.order' },
    write: { file: 'a.csv', format: 'csv', done: true, columns: ['id'] },
  },
])('accepts the declaration %j', (declaration) => {
  expect([isResource(declaration), isResource.errors]).toEqual([true, null]);
});

test.each([
  {},
  { key: 'id' },
  { read },
  { key: 'id', read: { files: '*.csv' } },
  { key: 'id', read: { ...read, format: 'ods' } },
  { key: 'id', read: { ...read, delimiter: ';;' } },
  { key: 'id', read: { ...read, header: false } },
  { key: 'id', read: { ...read, maxRecord: 5 } },
  { key: 'id', read: { ...read, group: { by: 'id' } } },
  { key: 'id', read: { ...read, typo: 1 } },
  { key: 'id', write: { file: 'a.csv' } },
  { key: 'id', read, typo: 1 },
])('refuses the declaration %j', (declaration) => {
  expect(isResource(declaration)).toBe(false);
});

test.each([
  [{ path: './data' }, true],
  [{ path: './data', archive: false, settle: '500ms', encoding: 'utf-8' }, true],
  [{ path: './data', archive: 'taken' }, true],
  [{}, false],
  [{ path: '' }, false],
  [{ path: './data', archive: true }, false],
  [{ path: './data', settle: 2 }, false],
  [{ path: './data', typo: 1 }, false],
])('checks the configuration %j', (config, valid) => {
  expect(isConfig(config)).toBe(valid);
});

test('describes every property, and allows no other', () => {
  const problems: string[] = [];
  const visit = (schema: unknown, at: string) => {
    if (!isJsonObject(schema)) return;
    if (schema['type'] === 'object' && schema['additionalProperties'] !== false)
      problems.push(`${at} is open`);
    const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
    for (const [name, property] of Object.entries(properties)) {
      if (!isJsonObject(property) || typeof property['description'] !== 'string')
        problems.push(`${at}.${name}`);
      visit(property, `${at}.${name}`);
    }
  };
  visit(file.config, 'config');
  visit(file.resource, 'resource');
  expect(problems).toEqual([]);
});

test('has the functions that are declared, and no others', async () => {
  await using files = await openFiles();
  const reading = files.resource({ version: 'v', read });
  expect(Object.keys(reading).sort()).toEqual(['keyOf', 'name', 'read', 'versionOf']);
  const writing = files.resource({ write: { file: 'a.csv', format: 'csv' } });
  expect(Object.keys(writing).sort()).toEqual(['bulkSize', 'create', 'keyOf', 'name', 'replacing', 'upsert']);
});

test.each([
  [{ id: ' 007 ' }, '007'],
  [{ id: 7 }, '7'],
  [{}, undefined],
  ['text', undefined],
])('finds the key of %j', async (record, key) => {
  await using files = await openFiles();
  expect(files.resource({ read }).keyOf(record)).toBe(key);
});

test.each([
  [{ id: '' }, 'an empty text'],
  [{ id: '\u200b\ufeff\u200e\u00ad' }, 'a text in which nothing can be seen'],
  [{ id: ' ' }, 'a text in which nothing can be seen'],
  [{ id: null }, 'null'],
  [{ id: false }, 'false'],
  [{ id: { a: 1 } }, 'an object'],
  [{ id: ['a'] }, 'a list'],
])('takes no key of %j', async (record, came) => {
  await using files = await openFiles();
  expect(() => files.resource({ read }).keyOf(record)).toThrow(
    `\`key\` must give a text or a number, got ${came}`,
  );
});

test('finds a key at a path, and a version; a column with dots in its name goes before the path', async () => {
  await using files = await openFiles();
  const resource = files.resource({ key: 'head.no', version: 'head.rev', read });
  expect(resource.keyOf({ head: { no: 'A' } })).toBe('A');
  expect(resource.keyOf({ head: { no: 'A' }, 'head.no': 'B' })).toBe('B');
  expect(resource.keyOf({ toString: 1 })).toBeUndefined();
  expect(resource.versionOf?.({ head: { rev: 3 } })).toBe('3');
});
