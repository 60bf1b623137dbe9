import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { faultCodes, faultTable } from '../../../src/contract/fault-table.ts';

const text = readFileSync(new URL('../../../docs/faults.md', import.meta.url), 'utf8');
const sections = text.split(/^### /m).slice(1);
const documented = sections.map((section) => {
  const [code = '', said = ''] = section.split('\n');
  return { code, kind: /^(\w+)\. /.exec(said)?.[1]?.toLowerCase(), said };
});

const kinds = Object.fromEntries(faultCodes.map((code) => [code, faultTable[code].kind]));

describe('docs/faults.md', () => {
  it('has a section for each code, and no other, in the order of the table', () => {
    expect(documented.map(({ code }) => code)).toEqual(faultCodes);
  });

  it('says of each what kind it is', () => {
    expect(Object.fromEntries(documented.map(({ code, kind }) => [code, kind]))).toEqual(kinds);
  });

  it('says what every kind does', () => {
    const [before = ''] = text.split('<!-- index -->');
    const described = [...before.matchAll(/^\| (\w+) \| [^|]+ \| [^|]+ \|$/gm)].map((match) => match[1]);
    expect(described.filter((kind) => kind !== 'kind').sort()).toEqual(
      [...new Set(Object.values(kinds))].sort(),
    );
  });

  it('says more of each than its kind', () => {
    expect(documented.filter(({ said }) => said.length < 60).map(({ code }) => code)).toEqual([]);
  });
});
