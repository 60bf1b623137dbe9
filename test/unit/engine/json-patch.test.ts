import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { operateWith } from '../../../src/engine/patch/edits.ts';
import { applyJsonPatch } from '../../../src/engine/patch/json-patch.ts';
import { parseJsonPatch } from '../../../src/engine/patch/parse-json-patch.ts';

interface Example {
  readonly comment?: string;
  readonly doc: unknown;
  readonly patch: unknown;
  readonly expected?: unknown;
  readonly error?: string;
  readonly disabled?: boolean;
}

const require = createRequire(import.meta.url);
const examples = ['spec_tests.json', 'tests.json']
  .flatMap((file) => require(`json-patch-test-suite/${file}`) as Example[])
  .filter(({ patch, disabled }) => patch !== undefined && disabled !== true);

function patched(doc: unknown, patch: unknown): unknown {
  const made = applyJsonPatch(doc, parseJsonPatch(patch, 'p'));
  return 'value' in made ? made.value : made;
}

describe('a JSON Patch', () => {
  it.each(examples.map((each, nth) => ({ ...each, name: each.comment ?? each.error ?? `example ${nth}` })))(
    'does as the suite of RFC 6902 says: $name',
    ({ doc, patch, expected, error }) => {
      const before = JSON.stringify(doc);
      if (error === undefined) {
        const made = applyJsonPatch(doc, parseJsonPatch(patch, 'p'));
        expect(made).not.toHaveProperty('untrue');
        if (expected !== undefined) expect(made).toEqual({ value: expected });
      } else {
        let made: unknown;
        try {
          made = applyJsonPatch(doc, parseJsonPatch(patch, 'p'));
        } catch (thrown) {
          made = thrown;
        }
        expect(made instanceof Error || 'untrue' in (made as object)).toBe(true);
      }
      expect(JSON.stringify(doc)).toBe(before);
    },
  );

  it('keeps the places of members, the digits of numbers, and names that mean something to JavaScript', () => {
    const record = JSON.parse('{"__proto__": {"a": 1}, "constructor": {"b": 2}, "n": 1}') as unknown;
    const patch = [
      { op: 'replace', path: '/__proto__/a', value: 3 },
      { op: 'add', path: '/constructor/c', value: '9007199254740993' },
      { op: 'copy', from: '/__proto__', path: '/n' },
    ];
    expect(JSON.stringify(patched(record, patch))).toBe(
      '{"__proto__":{"a":3},"constructor":{"b":2,"c":"9007199254740993"},"n":{"a":3}}',
    );
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
    expect(() => patched({}, [{ op: 'add', path: '/__proto__/a', value: 1 }])).toThrow(
      'there is no "__proto__"',
    );
    expect(() => patched({}, [{ op: 'remove', path: '/toString' }])).toThrow('there is no "toString"');
    const exact = JSON.parse('{"price": 1.10}', (_name, value, { source } = { source: '' }) =>
      typeof value === 'number' ? JSON.rawJSON(source) : value,
    ) as unknown;
    expect(JSON.stringify(patched(exact, [{ op: 'copy', from: '/price', path: '/old' }]))).toBe(
      '{"price":1.10,"old":1.10}',
    );
  });

  it.each([
    ['a text', 'x', 'p: expected a list of operations'],
    ['no object', [3], 'p: operation [0]: expected an object such as'],
    ['no op', [{ path: '/a' }], 'p: operation [0]: expected `op` to be add, remove'],
    ['another op', [{ op: 'set', path: '/a' }], 'got "set"'],
    ['an inherited op', [Object.create({ op: 'remove', path: '' })], 'got nothing'],
    ['no path', [{ op: 'remove' }], 'operation [0]: `path`: expected a JSON Pointer such as'],
    ['a path of ours', [{ op: 'remove', path: 'a.b' }], 'got "a.b"'],
    ['a broken escape', [{ op: 'remove', path: '/a~2' }], 'got "/a~2"'],
    ['no value', [{ op: 'add', path: '/a' }], 'operation [0]: expected a `value`; null is one too'],
    ['no from', [{ op: 'move', path: '/a' }], '`from`: expected a JSON Pointer'],
    ['a move into itself', [{ op: 'move', from: '/a', path: '/a/b' }], 'nothing can be moved into itself'],
  ])('that is none is told: %s', (_what, patch, message) => {
    expect(() => parseJsonPatch(patch, 'p')).toThrow(message);
  });

  it.each([
    [
      { op: 'replace', path: '/b', value: 1 },
      'operation [0] (replace): there is no "b" in the record: it has a',
    ],
    [{ op: 'remove', path: '/a/2' }, 'there is no "2" in /a: it has 2 items, from [0] on'],
    [{ op: 'add', path: '/a/01', value: 1 }, 'there is no "01" in /a'],
    [{ op: 'add', path: '/a/0/x', value: 1 }, 'there is no "x" in /a/0: it is a number'],
    [{ op: 'move', from: '/c', path: '/d' }, 'there is no "c" in the record'],
  ])('says which place is not there: %j', async (operation, message) => {
    const edit = operateWith(parseJsonPatch([operation], 'p'));
    const error = {
      id: 7,
      flow: 'f',
      source: undefined,
      planHash: 'p',
      record: { key: 'SO-1', native: { a: [1, 2] } },
    };
    await expect(edit(error)).rejects.toThrow(message);
    await expect(edit(error)).rejects.toThrow('error 7 (SO-1): ');
  });

  it.each([
    ['/country', 'Germany', undefined],
    ['/country', 'France', '`test` is not true of /country'],
    ['/nothing', null, '`test` is not true of /nothing'],
    ['/lines', [{ b: 1, a: 2 }], undefined],
  ])('leaves a record out of which its test of %s is not true', async (path, value, leftOut) => {
    const edit = operateWith(
      parseJsonPatch(
        [
          { op: 'test', path, value },
          { op: 'replace', path: '/country', value: 'DE' },
        ],
        'p',
      ),
    );
    const native = { country: 'Germany', lines: [{ a: 2, b: 1 }] };
    const made = await edit({
      id: 7,
      flow: 'f',
      source: undefined,
      planHash: 'p',
      record: { key: 'SO-1', native },
    });
    expect(made).toEqual(leftOut === undefined ? { native: { ...native, country: 'DE' } } : { leftOut });
  });
});
