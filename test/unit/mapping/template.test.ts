import { describe, expect, it } from 'vitest';
import { compileTemplate } from '../../../src/mapping/template.ts';

const scope = {
  key: "O'Neil & Söhne",
  id: 7,
  flag: true,
  none: null,
  list: [1, 2],
  record: { ID: 'a/b' },
  odd: 'a}}b{{',
};

describe('compileTemplate', () => {
  it.each([
    ['', ''],
    ['/orders', '/orders'],
    ['/orders/{{id}}', '/orders/7'],
    ['{{id}}', 7],
    ['{{list}}', [1, 2]],
    ['{{none}}', null],
    ['{{missing}}', undefined],
    ['/orders/{{missing}}', undefined],
    ['/orders/{{none}}', undefined],
    ['{{id}}{{flag}}', '7true'],
    ['{{ record.ID }}!', 'a/b!'],
    ["n eq '{{$replace(key, \"'\", \"''\")}}'", "n eq 'O''Neil & Söhne'"],
    ['{{ {"a": {"b": id}}.a.b }}', 7],
    ['{{{"a": {"b": id}}}}', { a: { b: id() } }],
    ['x{{ "}}" }}y', 'x}}y'],
    ['x{{ $replace(odd, /[{}]{2}/, "-") }}y', 'xa-b-y'],
    ['{{ /* }} */ id }}.', '7.'],
    ['{a}{{id}}}', '{a}7}'],
  ])('%s gives %j', async (text, expected) => {
    expect(await compileTemplate(text).evaluate(scope)).toEqual(expected);
  });

  it('encodes what expressions give and leaves the text around them', async () => {
    const encode = encodeURIComponent;
    expect(await compileTemplate('/o/{{record.ID}}?x={{key}}', { encode }).evaluate(scope)).toBe(
      "/o/a%2Fb?x=O'Neil%20%26%20S%C3%B6hne",
    );
    expect(await compileTemplate('{{record.ID}}', { encode }).evaluate(scope)).toBe('a%2Fb');
  });

  it('gives its text at once where no expression needs JSONata', () => {
    expect(compileTemplate('/o/{{record.ID}}').evaluate(scope)).toBe('/o/a/b');
    expect(compileTemplate('/o/{{id + 1}}-{{$uppercase(key)}}').evaluate(scope)).toBe("/o/8-O'NEIL & SÖHNE");
    expect(compileTemplate('/o').evaluate(scope)).toBe('/o');
    expect(compileTemplate('/o/{{$now()}}').evaluate(scope)).toBeInstanceOf(Promise);
  });

  it('refuses to write an object into text', () => {
    expect(() => compileTemplate('/o/{{record}}').evaluate(scope)).toThrow(
      '`{{record}}` must give a text, a number or a boolean, got an object',
    );
  });

  it.each([
    ['/o/{{id', '3:13', '`{{` without a `}}`'],
    ['/o/{{id +}}', '3:19', 'ends where a value was expected'],
    ['/o/{{id}}/{{nofn(}}', '3:', 'before the end'],
    ['/o/{{ $lokup(id) }}', '3:16', 'did you mean $lookup?'],
    ['{{}}', '3:12', 'empty'],
  ])('%s is refused at %s: %s', (text, at, message) => {
    const compile = () => compileTemplate(text, { place: { file: 'c.yaml', line: 3, column: 10 } });
    expect(compile).toThrow(
      expect.objectContaining({ code: 'TL_WORKSPACE_INVALID', message: expect.stringContaining(message) }),
    );
    expect(compile).toThrow(expect.objectContaining({ at: expect.stringContaining(`c.yaml:${at}`) }));
  });
});

function id(): number {
  return scope.id;
}
