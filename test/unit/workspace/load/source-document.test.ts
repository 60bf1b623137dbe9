import { describe, expect, it } from 'vitest';
import { formatPlace } from '../../../../src/workspace/finding.ts';
import { parseSource } from '../../../../src/workspace/text/source-document.ts';

const parse = (text: string, path = 'a.yaml') => parseSource({ path, text });
const found = (text: string) =>
  parse(text).findings.map(({ line, column, code }) => `${line}:${column} ${code}`);

describe('numbers', () => {
  it('keep their digits', () => {
    const text =
      'a: 820982911946154508\nb: [12345678901234567.89, -0.1234567890123456789]\nc: "820982911946154508"\n';
    const rest = 'd: 1e5\ne: 10.50\nf: 9007199254740991\ng: 0x7fff\nh: +9007199254740993\n';
    expect(parse(text + rest).value).toEqual({
      a: '820982911946154508',
      b: ['12345678901234567.89', '-0.1234567890123456789'],
      c: '820982911946154508',
      ...{ d: 100_000, e: 10.5, f: 9_007_199_254_740_991, g: 0x7fff, h: '9007199254740993' },
    });
    expect(parse('{"a": [820982911946154508]}', 'a.json').value).toEqual({ a: ['820982911946154508'] });
  });

  it('that nothing can hold are told', () => {
    expect(parse('a: 1e400\n').findings).toMatchObject([
      { code: 'TLW_FILE_SYNTAX', message: 'the number 1e400 is too large to be held' },
    ]);
  });
});

describe('syntax findings', () => {
  it.each([
    ['a key given twice', 'a: 1\nb: 2\na: 3\n', ['3:1 TLW_FILE_DUPLICATE_KEY']],
    ['a tab as indentation', 'a:\n\tb: 1\n', ['2:1 TLW_FILE_TAB']],
    ['tabs on several lines', 'a:\n\tb: 1\n\tc: 2\n', ['2:1 TLW_FILE_TAB']],
    ['tabs far from each other', 'a:\n\tb: 1\n\n\n\tc: 2\n', ['2:1 TLW_FILE_TAB']],
    ['a tab, and spaces below it', 'a:\n  b:\n    c: 1\n\t\td: 2\n  e: 3\n', ['4:1 TLW_FILE_TAB']],
    ['a tab between brackets', 'a: {\n\tb: 1,\n\tc: 2\n}\n', ['2:1 TLW_FILE_TAB']],
    ['a tab before the text of a block', 'a: |\n\ttext\nb: 1\n', ['2:1 TLW_FILE_TAB']],
    ['a tab behind a dash', 'a:\n  - b: 1\n  -\tc: 2\n\t  d: 3\n', ['3:4 TLW_FILE_TAB']],
    ['a key that is out of line', 'a:\n  b: 1\n c: 2\n', ['3:2 TLW_FILE_INDENT']],
    ['a list item further out', 'a:\n  b:\n    - c\n   - d\n', ['4:4 TLW_FILE_INDENT']],
    ['a list item of a list below a key of its own', 'a:\n  - b: 1\n- c: 2\nd: 1\n', ['3:1 TLW_FILE_INDENT']],
    ['a list item further in', 'a:\n  - "b"\n    - "c"\n', ['3:5 TLW_FILE_INDENT']],
    ['a list item below an object', 'a:\n  - b: 1\n    - c: 2\n', ['3:5 TLW_FILE_INDENT']],
    ['a list item that the one above swallows', 'a:\n  - b\n    - c\n', ['3:5 TLW_FILE_INDENT']],
    ['a key of an item further out', 'a:\n  - b: 1\n   c: 2\n', ['3:4 TLW_FILE_INDENT']],
    ['a subtraction on two lines', 'a: b\n  - c\n', []],
    ['a quote that is never closed', 'a: "open\nb: 1\n', ['1:4 TLW_FILE_SYNTAX']],
    ['a bracket that is never closed', 'a: [1, 2\nb: 3\n', ['2:1 TLW_FILE_SYNTAX']],
    ['two keys on one line', 'a: b: c\n', ['1:4 TLW_FILE_SYNTAX']],
    ['text that begins with @', 'a: @x\nb: `y`\n', ['1:4 TLW_FILE_SYNTAX', '2:4 TLW_FILE_SYNTAX']],
    ['a template without quotes', 'a: {{key}}\n', ['1:5 TLW_FILE_SYNTAX']],
    ['text behind a quoted text', 'a: "x" & b\n', ['1:8 TLW_FILE_SYNTAX']],
    ['a second document', 'a: 1\n---\nb: 2\n', ['2:1 TLW_FILE_SYNTAX']],
    ['an alias without an anchor', 'a: *nowhere\n', ['1:4 TLW_FILE_SYNTAX']],
    ['an unknown escape', 'a: "x\\qy"\n', ['1:6 TLW_FILE_SYNTAX']],
    ['nothing at all', '', ['1:1 TLW_FILE_EMPTY']],
    ['comments only', '# nothing\n', ['1:1 TLW_FILE_EMPTY']],
    [
      'errors far from each other',
      'a: @x\nb: 1\nb: 2\nc:\n\td: 1\n',
      ['1:4 TLW_FILE_SYNTAX', '3:1 TLW_FILE_DUPLICATE_KEY', '5:1 TLW_FILE_TAB'],
    ],
  ])('names %s', (_what, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('refuses an alias that stands inside of itself', () => {
    expect(found('a: &x\n  b: *x\n')).toEqual(['2:6 TLW_FILE_SYNTAX']);
  });

  it('refuses aliases that multiply without end', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i += 1)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(found(`${lines.join('\n')}\n`)).toEqual(['1:1 TLW_FILE_SYNTAX']);
  });

  it('keeps the value of a file whose only mistake is a key given twice', () => {
    expect(parse('a: 1\na: 2\n')).toMatchObject({ isReliable: true, value: { a: 2 } });
    expect(parse('a: @\n')).toMatchObject({ isReliable: false, value: undefined });
  });

  it('reads JSON with tabs, and finds its mistakes', () => {
    expect(parse('{\n\t"a": [1,\n\t2]\n}\n', 'a.json')).toMatchObject({ findings: [], value: { a: [1, 2] } });
    expect(found('{\n  "a": 1\n  "b": 2\n}\n')).toEqual(['2:8 TLW_FILE_SYNTAX']);
  });
});

describe('one cause', () => {
  it.each([
    [
      'a missing parent',
      'a:\n    b: 1\n    c: 2\n  d: 1\n  e: 2\nf:\n    g: 1\n  h: 2\n',
      ['4:3 TLW_FILE_INDENT'],
    ],
    ['a block pasted twice', 'a: 1\nb: 2\na: 1\nb: 2\n', ['3:1 TLW_FILE_DUPLICATE_KEY']],
    ['text behind the end', '- a\nb: c\nd: e\nf: g\n', ['2:1 TLW_FILE_SYNTAX']],
  ])('is one finding: %s', (_what, text, expected) => {
    expect(found(text)).toEqual(expected);
  });
});

describe('places', () => {
  const document = parse(
    [
      'top: value',
      'list:',
      '  - name: one',
      '  - name: "two"',
      'empty:',
      'flow: { a: [ x, yy ] }',
      'alias: &n { in: 1 }',
      'again: *n',
      '',
    ].join('\n'),
  );

  it.each([
    [['top'], '1:1', '1:6'],
    [['list', 0, 'name'], '3:5', '3:11'],
    [['list', 1, 'name'], '4:5', '4:11'],
    [['list', 1], '4:5', '4:5'],
    [['empty'], '5:1', '5:1'],
    [['flow', 'a', 1], '6:17', '6:17'],
    [['again', 'in'], '7:13', '7:17'],
    [['nowhere', 'at', 'all'], '1:1', '1:1'],
    [['list', 'no such'], '2:1', '2:1'],
    [[], '1:1', '1:1'],
  ])('of %j', (path, key, value) => {
    expect(formatPlace(document.keyPlace(path))).toBe(`a.yaml:${key}`);
    expect(formatPlace(document.valuePlace(path))).toBe(`a.yaml:${value}`);
  });

  it('of an expression is its first character, behind a quote', () => {
    expect(document.placeOf(['list', 1, 'name'])).toEqual({ file: 'a.yaml', line: 4, column: 12 });
  });

  it.each(['a: |\n    one\n    two\n', 'a: >-\n    one\n    two\n'])(
    'of a block scalar is its first line, with the indentation: %j',
    (text) => {
      expect(parse(text).placeOf(['a'])).toEqual({ file: 'a.yaml', line: 2, column: 5, indent: 4 });
    },
  );
});

describe('characters of a text', () => {
  // `X` marks the character looked for; each source puts it elsewhere.
  it.each([
    ['a: bb X', '1:7'],
    ['a: bb\n   cc X', '2:7'],
    ['a: "b\\"b\\u0041 X"', '1:16'],
    ['a: "b\\U0001F600 X"', '1:17'],
    ['a: "one\n\n   two\\\n   X"', '4:4'],
    ["a: 'it''s X'", '1:11'],
    ["a: 'it''s\n  X'", '2:3'],
    ['a: |\n  one\n\n    two X\n', '4:9'],
    ['a: |+\n\n   X\n\n', '3:4'],
    ['a: >\n  one\n  two\n\n  X\n', '5:3'],
    ['a: >-\n  one\n    X\n', '3:5'],
    ['a: |-\r\n  one\r\n  X\r\n', '3:3'],
  ])('are found in %j', (text, expected) => {
    const document = parse(text);
    const { a } = document.value as { a: string };
    expect(formatPlace(document.placeIn(['a'], a.indexOf('X')))).toBe(`a.yaml:${expected}`);
  });

  it.each([
    ['a: bb \nb: c\n', '1:6'],
    ['a: "bb "\nb: c\n', '1:7'],
    ['a: |\n  bb\n\nb: c\n', '2:5'],
    ['a: >\n  one\n  two\nb: c\n', '3:6'],
  ])('end where the last one ends, in %j', (text, expected) => {
    const document = parse(text);
    const { a } = document.value as { a: string };
    expect(formatPlace(document.placeIn(['a'], a.length))).toBe(`a.yaml:${expected}`);
  });
});
