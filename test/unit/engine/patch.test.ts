import { describe, expect, it } from 'vitest';
import type { Edit } from '../../../src/engine/patch/edit.ts';
import { evaluateWith, inSequence, mergeWith, setAll } from '../../../src/engine/patch/edits.ts';
import { listChanges } from '../../../src/engine/patch/list-changes.ts';
import { parseMemberPath } from '../../../src/engine/patch/member-path.ts';

const record = {
  number: 'SO-1',
  customer: { name: 'Anna', 'e mail': 'anna@example.com' },
  items: [{ price: 1 }, { price: 2, '@odata.etag': 'W/1' }],
  note: null,
};

const parts = (path: string) => parseMemberPath(path, '--set').parts;
const set = (path: string, value: unknown) => setAll([{ parts: parts(path), value }]);
const make = async (edit: Edit, native: unknown = record) => {
  const made = await edit({
    id: 7,
    flow: 'f',
    source: undefined,
    planHash: 'p',
    record: { key: 'SO-1', native },
  });
  return 'native' in made ? made.native : made;
};

describe('a path', () => {
  it.each([
    ['items[0].price', { items: [{ price: 19.9 }, record.items[1]] }],
    ['customer.name', { customer: { ...record.customer, name: 19.9 } }],
    ['customer["e mail"]', { customer: { ...record.customer, 'e mail': 19.9 } }],
    ["customer['e mail']", { customer: { ...record.customer, 'e mail': 19.9 } }],
    ['customer.e mail', { customer: { ...record.customer, 'e mail': 19.9 } }],
    ['items[1].@odata.etag', { items: [record.items[0], { price: 2, '@odata.etag': 19.9 }] }],
    ['items[1]', { items: [record.items[0], 19.9] }],
    ['note', { note: 19.9 }],
    ['customer.city', { customer: { ...record.customer, city: 19.9 } }],
  ])('%s is where a value is set, and nothing else changes', async (path, changed) => {
    expect(await make(set(path, 19.9))).toEqual({ ...record, ...changed });
  });

  it('keeps the places of the members, and a name that means something to JavaScript', async () => {
    expect(JSON.stringify(await make(set('a', 1), { a: 0, b: 0 }))).toBe('{"a":1,"b":0}');
    const odd = JSON.parse('{"__proto__": {"a": 1}, "b": 2}') as unknown;
    expect(JSON.stringify(await make(set('__proto__.a', 3), odd))).toBe('{"__proto__":{"a":3},"b":2}');
  });

  it.each([
    ['', 'expected the place of a member'],
    ['items[].price', 'expected the place of a member'],
    ['items[-1]', 'expected the place of a member'],
    ['items[x]', 'expected the place of a member'],
    ['a..b', 'expected the place of a member'],
    ['["a', 'expected the place of a member'],
  ])('%j is none', (path, message) => {
    expect(() => parts(path)).toThrow(message);
  });

  it.each([
    ['items[2].price', 'error 7 (SO-1): there is no item [2] in `items`: it has 2 items, from [0] on'],
    ['ship.city', 'there is no member "ship" in the record: it has number, customer, items, note'],
    ['customer.name.first', 'there is no member "first" in `customer.name`: it is a string'],
    ['note.text', 'there is no member "text" in `note`: it is null'],
    ['customer[0]', 'there is no item [0] in `customer`: it has name, ["e mail"]'],
  ])('%s that is not there is told, with what is', async (path, message) => {
    await expect(make(set(path, 1))).rejects.toThrow(message);
  });
});

describe('a patch', () => {
  it('is laid over the record, removes what is null, and goes on with the next', async () => {
    const both = inSequence([mergeWith({ customer: { name: null }, note: 'x' }), set('note', 'y')]);
    expect(await make(both)).toEqual({ ...record, customer: { 'e mail': 'anna@example.com' }, note: 'y' });
  });

  it('is made of the record by an expression, which can use the mapping functions', async () => {
    const edit = evaluateWith('{"note": $uppercase(customer.name), "sum": $decimal("1.50")}', { tables: {} });
    expect(await make(edit)).toMatchObject({ number: 'SO-1', note: 'ANNA', sum: '1.50' });
  });

  it.each([
    ['customer.nobody', 'error 7 (SO-1): it must give an object of what to change, got nothing'],
    ['number', 'it must give an object of what to change, got a string'],
    ['items', 'it must give an object of what to change, got a list'],
    ['$fail("NO", "not this one")', 'error 7 (SO-1): not this one'],
    ['$skip("not wanted")', 'error 7 (SO-1): it skipped the record: not wanted'],
  ])('by the expression %s is none', async (text, message) => {
    await expect(make(evaluateWith(text, { tables: {} }))).rejects.toThrow(message);
  });
});

describe('changes', () => {
  it('are told exactly, by path, with what was there', () => {
    const after = { number: 'SO-1', customer: { name: 'Anna' }, items: [{ price: '1' }], note: null, n: 1 };
    expect(listChanges(record, after)).toMatchObject([
      { path: 'customer["e mail"]', before: 'anna@example.com' },
      { path: 'items[0].price', before: 1, after: '1' },
      { path: 'items[1]', before: { price: 2 } },
      { path: 'n', name: 'n', after: 1, beside: ['number', 'customer', 'items', 'note'] },
    ]);
    expect(listChanges(record, structuredClone(record))).toEqual([]);
  });
});
