import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileConfigSchema, fileResourceSchema } from '../../../connectors/file/schemas.ts';
import { isJsonObject } from '../../../src/contract/json.ts';
import { compileSchema } from '../../../src/schema/compile-schema.ts';
import { parseSource } from '../../../src/workspace/text/source-document.ts';

const root = join(import.meta.dirname, '../../..');
const files = globSync('{schemas/*.json,connectors/*/connector.yaml}', { cwd: root }).map((path) => {
  const text = readFileSync(join(root, path), 'utf8');
  return [path, parseSource({ path, text }).value] as const;
});

function* untitled(node: unknown, path: string): Generator<string> {
  if (Array.isArray(node)) for (const [at, each] of node.entries()) yield* untitled(each, `${path}/${at}`);
  if (!isJsonObject(node)) return;
  // What must not match is told by the title of what holds it.
  if (typeof node.pattern === 'string' && !path.endsWith('/not') && typeof node.title !== 'string')
    yield path;
  for (const [name, each] of Object.entries(node)) yield* untitled(each, `${path}/${name}`);
}

test('nobody is shown a regular expression: what must match one has a title in words', () => {
  const ofCode = [
    ['file config', fileConfigSchema],
    ['file resource', fileResourceSchema],
  ] as const;
  expect([...files, ...ofCode].flatMap(([name, schema]) => [...untitled(schema, name)])).toEqual([]);
});

test.each([
  ['a duration such as 30s', 'must be a duration such as 30s, got "x"'],
  ['ISO 4217 currency code', 'must be an ISO 4217 currency code, got "x"'],
  ['whole seconds, such as 30s', 'must be whole seconds, such as 30s, got "x"'],
])('the title %s makes a sentence', (title, message) => {
  const check = compileSchema({ type: 'string', pattern: '^\\d+s$', title });
  expect(check('x').map((problem) => problem.message)).toEqual([message]);
});
