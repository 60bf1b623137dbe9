import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { fileConfigSchema, fileResourceSchema } from '../../../connectors/file/schemas.ts';
import { formatSize, parseDuration, parsePercentage, parseSize } from '../../../src/contract/quantity.ts';
import { parseSource } from '../../../src/workspace/text/source-document.ts';

const durations: readonly (readonly [string, number | undefined])[] = [
  ['500ms', 500],
  ['30s', 30_000],
  ['30 s', 30_000],
  ['1.5m', 90_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
  ...['10', '', 's', '-1s', '1w', '1S', '1,5s', '1s ', '1e3s', '.5s', '1m30s', '٣s'].map(
    (text) => [text, undefined] as const,
  ),
];

const sizes: readonly (readonly [string, number | undefined])[] = [
  ['800B', 800],
  ['64KB', 65_536],
  ['20MB', 20_971_520],
  ['1.5 GB', 1_610_612_736],
  ...['20mb', '20', '', 'MB', '-1MB', '1TB', '20MiB', '1 000B'].map((text) => [text, undefined] as const),
];

describe('quantities', () => {
  test.each(durations)('%j is %s ms', (text, ms) => expect(parseDuration(text)).toBe(ms));
  test.each(sizes)('%j is %s bytes', (text, bytes) => expect(parseSize(text)).toBe(bytes));
  test.each([
    ['5%', '5'],
    ['2.5%', '2.5'],
    ['5', undefined],
    ['-5%', undefined],
  ])('%j is a share of %s', (text, share) => expect(parsePercentage(text)).toBe(share));
  test.each([
    [17, '17 B'],
    [65_536, '64 KB'],
    [5_242_880, '5 MB'],
  ])('%s bytes are %s', (bytes, text) => expect(formatSize(bytes)).toBe(text));
});

describe('the patterns of the schemas', () => {
  const root = join(import.meta.dirname, '../../..');
  const files = globSync('{schemas/*.json,connectors/*/connector.yaml}', { cwd: root });
  const read = (path: string) => parseSource({ path, text: readFileSync(join(root, path), 'utf8') }).value;
  const patterns = [...files.map(read), fileConfigSchema, fileResourceSchema].flatMap((schema) =>
    [...JSON.stringify(schema).matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(
      ([, text = '""']) => JSON.parse(text) as string,
    ),
  );

  it.each([
    ['durations', '(ms|s|', durations],
    ['sizes', '|KB|', sizes],
  ] as const)('take of %s what is understood, and nothing else', (_what, mark, cases) => {
    const of = patterns.filter((pattern) => pattern.includes(mark));
    expect(of.length).toBeGreaterThan(2);
    for (const pattern of of) {
      const taken = cases.filter(([text]) => new RegExp(pattern, 'u').test(text)).map(([text]) => text);
      expect([pattern, taken]).toEqual([
        pattern,
        cases.flatMap(([text, value]) => (value === undefined ? [] : [text])),
      ]);
    }
  });
});
