import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findingCodes, formatFinding } from '../../../src/workspace/finding.ts';
import { loadWorkspace } from '../../../src/workspace/load/load-workspace.ts';
import { baseOf, withExampleFolder } from './example-folder.ts';
import { type Block, codeSections } from './page-sections.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const page = readFileSync(new URL('../../../docs/findings.md', import.meta.url), 'utf8');
const base = baseOf(page);
const sections = codeSections(page);
const form =
  'a block with the file (its first line names it), then a ```text block with what validate prints';

describe('docs/findings.md', () => {
  it('stands on a workspace that is right', async () => {
    expect([...base.keys()]).toEqual(['config/connections.yaml', 'flows/orders-to-erp.yaml']);
    expect(await printedFor([])).toBe('');
  });

  it.each(Object.keys(findingCodes))(
    'shows an example of %s, and what validate prints for it',
    async (code) => {
      const blocks = sections.find((section) => section.code === code)?.blocks ?? [];
      const files = blocks.filter(({ language }) => language !== 'text');
      const said = blocks.filter(({ language }) => language === 'text').map(({ text }) => text.trimEnd());
      expect(files.length, `${code} has no example: ${form}`).toBeGreaterThan(0);
      expect(said, `what validate prints for the example of ${code}`).toEqual([await printedFor(files)]);
      expect(codesIn(said), `${code}: an example has the one mistake that it is about`).toEqual([code]);
    },
  );

  it.each(Object.keys(findingCodes))('says what to do about %s', (code) => {
    const text = sections.find((section) => section.code === code)?.text;
    expect(text, `${code} has a paragraph that begins with "**What to do:**"`).toMatch(
      /^\*\*What to do:\*\* \S.{10,}/m,
    );
  });
});

function codesIn(printed: readonly string[]): readonly string[] {
  const found = printed.flatMap((text) => [...text.matchAll(/^\S+:\d+:\d+ {2}(TLW_\w+) {2}/gm)]);
  return [...new Set(found.map((match) => match[1] ?? ''))];
}

/** What `validate` prints of findings for the files of an example. */
async function printedFor(files: readonly Block[]): Promise<string> {
  const { findings } = await withExampleFolder(files, base, (dir) =>
    loadWorkspace(dir, { env: {}, builtinDir: root }),
  );
  return findings.map(formatFinding).join('\n');
}
