import { expect, it } from 'vitest';
import { isSilent, objectLeavesOf } from '../../../src/mapping/object-leaves.ts';
import { compileTree } from '../../../src/mapping/tree.ts';

it.each([
  ['{ "a": b, "c": { "d": e, "f": "text" }, "g": 1 }', ['a', 'c.d']],
  ['($x := 1; { "a": $x, "b": c ? d })', ['a', 'b']],
  ['{ (name): value, "a": [b, c] }', ['a']],
  ['a.b', []],
  ['items.{ "a": b }', []],
])('%s has the leaves %j', (text, expected) => {
  expect(objectLeavesOf(text).map((path) => path.join('.'))).toEqual(expected);
});

it('tells which of them gave nothing', () => {
  const value = { a: null, c: { d: 0 }, list: [] };
  const silent = [['a'], ['c', 'd'], ['c', 'e'], ['x'], ['x', 'y'], ['list']].filter((path) =>
    isSilent(value, path),
  );
  expect(silent).toEqual([['c', 'e'], ['x'], ['x', 'y']]);
});

it('tells the leaves of a tree by their paths', async () => {
  const tree = compileTree(
    { a: 'b', none: 'c', lines: [{ sku: 'd' }, 'e'], fixed: 1 },
    { placeOf: () => undefined },
  );
  expect(await tree.applyWatched({ b: 1, e: 'x' })).toEqual({
    value: { a: 1, lines: [{}, 'x'], fixed: 1 },
    silent: ['none', 'lines[0].sku'],
  });
});
