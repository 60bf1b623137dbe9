/**
 * What may come in place of a sound record, one row a kind. Whoever mends another kind of garbage adds its row; the
 * fuzz test sends it in by every place that takes its form.
 */
export interface Kind {
  readonly name: string;
  /** The record as JSON text; `key` is a JSON text as well, for those whose key is sound. */
  readonly json?: (key: string, size: number) => string;
  /** A line of the CSV file `id,rev,changed,note`. */
  readonly csv?: (key: string, size: number) => string;
  /** The element `<item>…</item>`. */
  readonly xml?: (key: string, size: number) => string;
  /** `error`: one error, no defect. `arrives`: it is right, and written. `either`: one or the other. */
  readonly expect: 'error' | 'arrives' | 'either';
}

const nested = (levels: number, open = '{"a":', close = '}') =>
  `${open.repeat(levels)}1${close.repeat(levels)}`;
/** A record with a sound key and these members beside it. */
const beside =
  (members: string | ((size: number) => string)) =>
  (key: string, size: number): string =>
    `{"id":${key},${typeof members === 'string' ? members : members(size)}}`;
/** A record whose key is this JSON text. */
const keyed = (key: string) => () => `{"id":${key},"note":"x"}`;
const element = (note: string) => (key: string) => `<item><id>${key}</id>${note}</item>`;

const keys: readonly Kind[] = [
  { name: 'a NUL in the key', json: keyed('"A\\u0000B"'), csv: () => 'A\0B,1,,x', expect: 'error' },
  { name: 'a lone NUL for a key', json: keyed('"\\u0000"'), csv: () => '\0,1,,x', expect: 'error' },
  { name: 'half a character in the key', json: keyed('"A\\ud800"'), expect: 'error' },
  { name: 'the other half in the key', json: keyed('"\\udfffA"'), expect: 'error' },
  {
    name: 'a long key',
    json: (_key, size) => `{"id":"${'long'.repeat(300 * size)}"}`,
    csv: (_key, size) => `${'long'.repeat(300 * size)},1,,x`,
    xml: (_key, size) => `<item><id>${'long'.repeat(300 * size)}</id></item>`,
    expect: 'error',
  },
  {
    name: 'an empty key',
    json: keyed('""'),
    csv: () => ',1,,x',
    xml: () => '<item><id></id></item>',
    expect: 'error',
  },
  { name: 'null for a key', json: keyed('null'), expect: 'error' },
  { name: 'a list for a key', json: keyed('["A","B"]'), expect: 'error' },
  { name: 'an object for a key', json: keyed('{"a":1}'), expect: 'error' },
  { name: 'no key', json: () => '{"note":"x"}', xml: () => '<item><note>x</note></item>', expect: 'error' },
  ...['true', 'false', '"  "', '"\\u200b\\ufeff"', '"\\u00ad"'].map(
    (text): Kind => ({ name: `${text} for a key`, json: keyed(text), expect: 'error' }),
  ),
  { name: 'a key that stands twice', json: () => '{"id":"A","id":"B"}', expect: 'error' },
  { name: 'a key too large for a number', json: keyed('1e400'), expect: 'error' },
  { name: 'U+FFFD in the key', json: keyed('"A\ufffd"'), csv: () => 'A\ufffd,1,,x', expect: 'error' },
  { name: 'a key beyond 2^53', json: keyed('90071992547409931'), expect: 'arrives' },
  { name: 'a key with an exponent', json: keyed('1e21'), expect: 'arrives' },
  { name: 'a deep key', json: () => `{"id":${nested(20_000)}}`, expect: 'error' },
  { name: 'dots for a key', json: keyed('".."'), csv: () => '..,1,,x', expect: 'error' },
  ...[
    '%2e%2e',
    'a/b?c#d',
    '%',
    '\u{1f600}',
    'שלום',
    'e\u0301',
    'a\\b"c',
    ' a b ',
    "';drop table runs;--",
  ].map(
    (text): Kind => ({
      name: `the key ${text}`,
      json: (key) => `{"id":${JSON.stringify(`${JSON.parse(key)}${text}`)}}`,
      csv: (key) => `"${key}${text.replaceAll('"', '""')}",1,,x`,
      expect: 'arrives',
    }),
  ),
];

const values: readonly Kind[] = [
  {
    name: 'a NUL in a value',
    json: beside('"note":"x\\u0000y"'),
    csv: (key) => `${key},1,,x\0y`,
    expect: 'arrives',
  },
  { name: 'a NUL in a name', json: beside('"n\\u0000":1'), expect: 'arrives' },
  { name: 'half a character in a value', json: beside('"note":"x\\ud800"'), expect: 'error' },
  { name: 'half a character in a name', json: beside('"n\\ud800":1'), expect: 'error' },
  {
    name: 'control characters',
    json: beside('"note":"\\u001b[2J\\u0007\\u007f\\u0085\\u2028\\ufeff"'),
    expect: 'arrives',
  },
  { name: 'objects 501 levels deep', json: beside(`"d":${nested(501)}`), expect: 'error' },
  { name: 'objects 10,000 levels deep', json: beside(`"d":${nested(10_000)}`), expect: 'error' },
  {
    name: 'deep, with a number that takes more digits',
    json: beside(`"n":12345678901234567890,"d":${nested(10_000)}`),
    expect: 'error',
  },
  { name: 'a member that stands twice', json: beside('"a":1,"a":2'), expect: 'error' },
  { name: 'a number too large', json: beside('"a":1e400'), expect: 'error' },
  { name: 'U+FFFD in a value', json: beside('"note":"x\ufffd"'), expect: 'error' },
  { name: 'a long decimal', json: beside('"a":0.12345678901234567890123'), expect: 'arrives' },
  { name: 'lists 100,000 levels deep', json: beside(`"d":${nested(100_000, '[', ']')}`), expect: 'error' },
  {
    name: 'elements 5,000 levels deep',
    xml: element(`${'<a>'.repeat(5_000)}1${'</a>'.repeat(5_000)}`),
    expect: 'error',
  },
  { name: 'objects 400 levels deep', json: beside(`"d":${nested(400)}`), expect: 'arrives' },
  {
    name: 'names that mean something to JavaScript',
    json: beside(
      '"__proto__":{"id":"x"},"constructor":"c","toString":"t","hasOwnProperty":1,"then":"t","toJSON":"j"',
    ),
    expect: 'arrives',
  },
  { name: 'an element __proto__', xml: element('<__proto__><a>1</a></__proto__>'), expect: 'either' },
  { name: 'an element constructor', xml: element('<constructor>1</constructor>'), expect: 'arrives' },
  {
    name: 'many members',
    json: beside((size) => Array.from({ length: 500 * size }, (_, at) => `"m${at}":${at}`).join()),
    expect: 'arrives',
  },
  { name: 'a long text', json: beside((size) => `"note":"${'x'.repeat(20_000 * size)}"`), expect: 'arrives' },
  {
    name: 'a text without an end for a pattern',
    json: beside((size) => `"note":"${'a'.repeat(30 + size)}!"`),
    csv: (key, size) => `${key},1,,${'a'.repeat(30 + size)}!`,
    expect: 'arrives',
  },
  { name: 'more than fits', json: beside(`"note":"${'x'.repeat(300_000)}"`), expect: 'error' },
];

/** `rev` is the version, `changed` the cursor. */
const versions: readonly Kind[] = [
  {
    name: 'a NUL in the version',
    json: beside('"rev":"1\\u0000"'),
    csv: (key) => `${key},1\0,,x`,
    expect: 'error',
  },
  { name: 'half a character in the version', json: beside('"rev":"\\ud800"'), expect: 'error' },
  { name: 'a long version', json: beside((size) => `"rev":"${'1'.repeat(1_100 * size)}"`), expect: 'error' },
  ...['"28.02.2026"', '"2026-02-28 10:00"', '1.5', '-1', '""', 'null', '{}', '[]', 'true', nested(1_000)].map(
    (text): Kind => ({
      name: `the version ${text.slice(0, 20)}`,
      json: beside(`"rev":${text}`),
      expect: /^[[{t]/.test(text) ? 'error' : 'arrives',
    }),
  ),
  ...[
    '"9\\u0000"',
    '"9\\ud800"',
    '"\\u0000"',
    '"\\ud800"',
    `"${'9'.repeat(10_000)}"`,
    '"28.02.2026"',
    '{}',
    '[]',
    'true',
    'null',
    '7',
    '1e400',
  ].map(
    (text): Kind => ({
      name: `the cursor ${text.slice(0, 20)}`,
      json: beside(`"changed":${text}`),
      // One that cannot be ordered is told once for the run; the record itself is sound.
      expect: text.includes('ud800') || text === '1e400' ? 'error' : 'arrives',
    }),
  ),
];

const noObjects: readonly Kind[] = [
  'null',
  '5',
  '"x"',
  'true',
  '[]',
  '{}',
  '[[{"id":"A"}]]',
  '[{"id":"A"}]',
].map((text) => ({ name: `${text} for a record`, json: () => text, expect: 'error' }));

export const kinds: readonly Kind[] = [...keys, ...values, ...versions, ...noObjects];

const time = (text: string, expect: Kind['expect']): Kind => ({
  name: `the time ${text}`,
  json: beside(`"changed":${text}`),
  expect,
});

/** Of `changed` where it is the cursor, the version, and a date for `$date`. */
export const times: readonly Kind[] = [
  ...[
    '"2026-11-20 15:00"',
    '"2026-11-20T15:00:00"',
    '"2026-03-29T02:30:00"',
    '"2026-10-25T02:30:00"',
    '"2026-11-20T24:00:00"',
    '"2026-06-30T23:59:60Z"',
    '"2026-11-20"',
    '"20261120150000"',
    '"2026-11-20T15:00:00.1234567890123+05:45"',
    '"/Date(1763650800000)/"',
    '"Fri, 20 Nov 2026 15:00:00 GMT"',
  ].map((text) => time(text, 'arrives')),
  ...[
    '"2026-02-30"',
    '"2026-13-01T00:00:00Z"',
    '"2026-11-20T25:00:00Z"',
    '"26-11-20"',
    '"20.11.2026"',
    '"11/20/2026"',
    '"10:00"',
    '"soon"',
    '""',
    '"0000-00-00 00:00:00"',
    '"2026-11-20\\u0000"',
    '1e400',
    'true',
    '{}',
    '["2026-11-20"]',
    '20261120',
  ].map((text) => time(text, 'error')),
  // No time is no mistake of the record.
  ...['null'].map((text) => time(text, 'either')),
];

/** A row of a lookup table, as YAML. What no table can hold is a mistake of the workspace, and no flow runs with it. */
export const rows: readonly { readonly value: string; readonly expect: Kind['expect'] }[] = [
  { value: '"a\\u0000b"', expect: 'arrives' },
  { value: '12345678901234567890', expect: 'arrives' },
  { value: '0.12345678901234567890', expect: 'arrives' },
  { value: '""', expect: 'either' },
  { value: 'false', expect: 'arrives' },
  { value: '0', expect: 'arrives' },
  { value: '{}', expect: 'arrives' },
  { value: '{"__proto__":"x","constructor":1}', expect: 'arrives' },
  { value: '{"a":{"b":["c",null]}}', expect: 'arrives' },
  // The bound is one of what is read.
  { value: `"${'x'.repeat(300_000)}"`, expect: 'arrives' },
  { value: nested(600), expect: 'error' },
];

/** What a target may say about one record: to an update or a create, or as what it finds. */
export const answers: readonly string[] = [
  '',
  '{}',
  '[]',
  'null',
  '"x"',
  'not JSON',
  '<html><title>Sign in</title></html>',
  '{"number":null}',
  '{"number":{"a":1}}',
  '{"number":"id\\u0000"}',
  '{"number":"id\\ud800"}',
  `{"number":"${'i'.repeat(2_000)}"}`,
  '{"number":".."}',
  '{"number":1e400}',
  '{"number":12345678901234567890}',
  '{"number":"n","ok":false,"message":"no\\u0000pe"}',
  `{"number":"n","d":${nested(20_000, '[', ']')}}`,
  `{"number":${nested(20_000, '[', ']')}}`,
  `{"ok":false,"message":${nested(20_000, '[', ']')}}`,
  '{"number":"m","__proto__":{"ok":false},"id":"\\u0000"}',
];
