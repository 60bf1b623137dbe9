import { describe, expect, it } from 'vitest';
import { orElse } from '../../../src/contract/soon.ts';
import { skippedReason } from '../../../src/mapping/expression/raised.ts';
import { compileOverlay, compileTree, type PlaceOf } from '../../../src/mapping/tree.ts';

const placeOf: PlaceOf = (path) => ({
  file: 'c.yaml',
  line: path.length,
  column: String(path.at(-1)).length,
});

const input = Object.freeze({
  id: 7,
  name: 'Ada',
  nothing: null,
  tags: ['x'],
  address: Object.freeze({ city: 'Bern', zip: '3000' }),
  lines: [{ sku: 'A' }, { sku: 'B' }],
});

describe('compileTree', () => {
  it.each([
    ['a leaf', 'name', 'Ada'],
    ['constants', { a: 1, b: false, c: null }, { a: 1, b: false, c: null }],
    ['a text in quotes of its own', { a: '"EUR"' }, { a: 'EUR' }],
    ['nested objects and arrays', { a: { b: ['id', { c: 'name' }] } }, { a: { b: [7, { c: 'Ada' }] } }],
    ['missing members', { a: 'missing', b: ['missing', 'id'], c: { d: 'missing' } }, { b: [7], c: {} }],
    ['null from the data', { a: 'nothing' }, { a: null }],
    ['slow and fast leaves side by side', { b: 'name & "!"', a: 'id' }, { b: 'Ada!', a: 7 }],
    ['objects made by an expression', { lines: 'lines.{"s": sku}' }, { lines: [{ s: 'A' }, { s: 'B' }] }],
    ['an array of one kept', { tags: 'tags' }, { tags: ['x'] }],
  ])('maps %s', async (_, tree, expected) => {
    const result = await compileTree(tree, { placeOf }).apply(input);
    expect(result).toStrictEqual(expected);
    if (typeof expected === 'object') expect(Object.keys(result as object)).toEqual(Object.keys(expected));
  });

  it('gives bindings to every leaf', async () => {
    const tree = compileTree({ a: '$target.id', b: '$xref("customer", id)' }, { placeOf });
    const bindings = { target: { id: 't1' }, xref: async (entity: string, id: string) => `${entity}/${id}` };
    expect(await tree.apply(input, bindings)).toEqual({ a: 't1', b: 'customer/7' });
  });

  it('reports the first of several failures in the tree, at its place', async () => {
    const tree = compileTree(
      { ok: 'id', bad: { deep: '$xref("a", "b") + 1' }, worse: 'name * 2' },
      { placeOf },
    );
    const slow = { xref: () => new Promise((resolve) => setImmediate(() => resolve('text'))) };
    await expect(tree.apply(input, slow)).rejects.toMatchObject({ code: 'TL_MAP_FAILED', at: 'c.yaml:2:20' });
  });

  it('passes $skip on', async () => {
    const tree = compileTree({ a: '$skip("draft")' }, { placeOf });
    const thrown = await orElse(
      () => tree.apply(input),
      (error) => error,
    );
    expect(skippedReason(thrown)).toBe('draft');
  });

  it('refuses a leaf that is no expression, at its place', () => {
    expect(() => compileTree({ a: { bb: 'x +' } }, { placeOf })).toThrow(
      expect.objectContaining({ code: 'TL_WORKSPACE_INVALID', at: 'c.yaml:2:5' }),
    );
    expect(() => compileTree(JSON.parse('{"__proto__": "id"}'), { placeOf })).toThrow('`__proto__`');
  });
});

describe('compileOverlay', () => {
  it.each([
    ['a new member', { ref: 'id' }, { ...input, ref: 7 }],
    ['a dotted path', { 'xp.erp.number': 'id' }, { ...input, xp: { erp: { number: 7 } } }],
    [
      'a path into an object that is there',
      { 'address.city': '"Basel"' },
      { ...input, address: { city: 'Basel', zip: '3000' } },
    ],
    [
      'a nested object, laid over',
      { address: { land: '"CH"' } },
      { ...input, address: { ...input.address, land: 'CH' } },
    ],
    [
      'an object from an expression, in place of the old',
      { address: '{"a": id}' },
      { ...input, address: { a: 7 } },
    ],
    ['a name with a dot', { '`a.b`.c': 'id' }, { ...input, 'a.b': { c: 7 } }],
    ['nothing where the expression gives nothing', { name: 'missing' }, input],
    ['null', { name: null, 'nothing.x': 'id' }, { ...input, name: null, nothing: { x: 7 } }],
    [
      'leaves that all see the record as it was',
      { name: 'id', id: 'name' },
      { ...input, name: 7, id: 'Ada' },
    ],
  ])('sets %s', async (_, tree, expected) => {
    const before = structuredClone(input);
    expect(await compileOverlay(tree, { placeOf }).apply(input)).toStrictEqual(expected);
    expect(input).toEqual(before);
  });

  it('refuses to reach into what is no object', () => {
    const overlay = compileOverlay({ 'name.first': 'id' }, { placeOf });
    expect(() => overlay.apply(input)).toThrow(
      '`set` reaches into `name`, which must be an object, got a string',
    );
    expect(() => overlay.apply([1])).toThrow('`set` needs an object to lay over, got an array');
  });

  it.each([['a..b'], ['.a'], ['a.'], [''], ['`a']])('refuses the key %j', (key) => {
    expect(() => compileOverlay({ [key]: 'id' }, { placeOf })).toThrow('is not a path of names');
  });

  it('refuses a path through __proto__', () => {
    expect(() => compileOverlay({ 'a.__proto__.b': 'id' }, { placeOf })).toThrow('`__proto__`');
    expect(() => compileOverlay('id', { placeOf })).toThrow('must be an object of expressions');
  });
});
