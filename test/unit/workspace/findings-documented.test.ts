import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFinding, findingCodes, formatFinding, sortFindings } from '../../../src/workspace/finding.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const documented = [...read('docs/findings.md').matchAll(/^### (\w+)\n(Error|Warning)\./gm)];

describe('docs/findings.md', () => {
  it('has a section for each code, and no other', () => {
    expect(documented.map(([, code]) => code).sort()).toEqual(Object.keys(findingCodes).sort());
  });

  it('says of each whether it is an error or a warning', () => {
    const severities = documented.map(([, code, severity]) => [code, severity?.toLowerCase()]);
    expect(Object.fromEntries(severities)).toEqual(findingCodes);
  });
});

describe('findings', () => {
  const at = (file: string, line: number, column: number) =>
    createFinding('TLW_KEY_UNKNOWN', { file, line, column }, 'unknown key "a"', 'did you mean "b"?');

  it('are printed with the place first and the hint below', () => {
    expect(formatFinding(at('flows/a.yaml', 3, 7))).toBe(
      'flows/a.yaml:3:7  TLW_KEY_UNKNOWN  unknown key "a"\n    hint: did you mean "b"?',
    );
    const plain = createFinding('TLW_FILE_EMPTY', { file: 'a', line: 1, column: 1 }, 'the file is empty');
    expect(formatFinding(plain)).toBe('a:1:1  TLW_FILE_EMPTY  the file is empty');
  });

  it('are sorted by file, line and column, as numbers', () => {
    const places = [at('b', 1, 1), at('a', 10, 1), at('a', 9, 2), at('a', 9, 10)];
    expect(sortFindings(places).map(({ file, line, column }) => `${file}${line}:${column}`)).toEqual([
      'a9:2',
      'a9:10',
      'a10:1',
      'b1:1',
    ]);
  });
});
