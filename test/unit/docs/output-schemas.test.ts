import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectDocument } from '../../support/output-schema.ts';

const folder = join(import.meta.dirname, '..', '..', '..', 'schemas', 'output');
const names = globSync('*.schema.json', { cwd: folder }).map((file) => file.replace('.schema.json', ''));
type Node = Readonly<Record<string, unknown>>;
const read = (name: string) => JSON.parse(readFileSync(join(folder, `${name}.schema.json`), 'utf8')) as Node;

describe.each(names)('%s', (name) => {
  it('says of each member what it is, with an example, and takes no other', () => {
    const bare = [...nodesOf(read(name), '')].filter(([, node]) => {
      const isObject = node['properties'] !== undefined;
      return isObject && node['additionalProperties'] !== false;
    });
    expect(bare.map(([path]) => path)).toEqual([]);
    const silent = [...nodesOf(read(name), '')].flatMap(([path, node]) =>
      Object.entries((node['properties'] ?? {}) as Readonly<Record<string, Node>>)
        .filter(([, member]) => !member['description'] || !Array.isArray(member['examples']))
        .map(([member]) => `${path}/${member}`),
    );
    expect(silent).toEqual([]);
  });
});

describe.each(names.filter((name) => name !== 'parts'))('%s', (name) => {
  it('has an example that fits it', () => {
    const [example] = read(name)['examples'] as readonly unknown[];
    expectDocument(name, JSON.stringify(example));
  });
});

function* nodesOf(node: unknown, path: string): Generator<readonly [string, Node]> {
  if (typeof node !== 'object' || node === null) return;
  if (!Array.isArray(node)) yield [path, node as Node];
  for (const [name, child] of Object.entries(node)) {
    if (name !== 'examples') yield* nodesOf(child, `${path}/${name}`);
  }
}
