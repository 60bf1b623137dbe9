import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { faultKinds } from '../../../src/contract/fault.ts';

const text = readFileSync(new URL('../../../docs/faults.md', import.meta.url), 'utf8');
const sections = text.split(/^### /m).slice(1);
const documented = sections.map((section) => {
  const [code = '', said = ''] = section.split('\n');
  return { code, kind: /^(\w+)\. /.exec(said)?.[1]?.toLowerCase(), said };
});

describe('docs/faults.md', () => {
  it('has a section for each code, and no other, in the order of the table', () => {
    expect(documented.map(({ code }) => code)).toEqual(Object.keys(faultKinds));
  });

  it('says of each what kind it is', () => {
    expect(Object.fromEntries(documented.map(({ code, kind }) => [code, kind]))).toEqual(faultKinds);
  });

  it('says what every kind does', () => {
    const [before = ''] = text.split('<!-- index -->');
    const kinds = [...before.matchAll(/^\| (\w+) \| [^|]+ \| [^|]+ \|$/gm)].map((match) => match[1]);
    expect(kinds.filter((kind) => kind !== 'kind').sort()).toEqual(
      [...new Set(Object.values(faultKinds))].sort(),
    );
  });

  it('says more of each than its kind', () => {
    expect(documented.filter(({ said }) => said.length < 60).map(({ code }) => code)).toEqual([]);
  });
});
