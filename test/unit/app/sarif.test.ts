import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadFindingHelp } from '../../../src/app/validate/finding-help.ts';
import { toSarif } from '../../../src/app/validate/sarif.ts';
import { createFinding, findingCodes } from '../../../src/workspace/finding.ts';

const packageDir = join(import.meta.dirname, '..', '..', '..');
const help = await loadFindingHelp({ packageDir });

interface Rule {
  readonly id: string;
  readonly help: { readonly text: string; readonly markdown: string };
  readonly shortDescription: { readonly text: string };
  readonly defaultConfiguration: { readonly level: string };
}

interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly Rule[] } };
      readonly results: readonly {
        readonly ruleIndex: number;
        readonly level: string;
        readonly locations: readonly unknown[];
      }[];
    },
  ];
}

const place = { file: 'flows/a b.yaml', line: 3, column: 7 };
const findings = [createFinding('TLW_CONNECTION_UNUSED', place, 'no flow uses it')];
const log = toSarif({ findings, version: '1.2.3', help, pathOf: (file) => `shop/${file}` }) as Log;
const [{ tool, results }] = log.runs;

describe('SARIF', () => {
  it('has a rule for each code, with the help of its section', () => {
    const { rules } = tool.driver;
    expect(rules.map(({ id }) => id)).toEqual(Object.keys(findingCodes));
    for (const { id, help: said, shortDescription } of rules) {
      expect(said.markdown, id).toMatch(/\n\*\*What to do:\*\* ./);
      expect(said.text, id).not.toMatch(/\*\*|```/);
      expect(shortDescription.text, id).toMatch(/^[^\n]{10,}[^.:;]$/);
    }
    const unused = rules.find(({ id }) => id === 'TLW_CONNECTION_UNUSED');
    expect(unused?.shortDescription.text).toBe('No flow uses the connection');
    expect(unused?.defaultConfiguration).toEqual({ level: 'warning' });
  });

  it('points to the rule, and to the place in the repository', () => {
    const [result] = results;
    expect(tool.driver.rules[result?.ruleIndex ?? -1]?.id).toBe('TLW_CONNECTION_UNUSED');
    expect(result?.level).toBe('warning');
    expect(result?.locations).toEqual([
      {
        physicalLocation: {
          artifactLocation: { uri: 'shop/flows/a%20b.yaml', uriBaseId: '%SRCROOT%' },
          region: { startLine: 3, startColumn: 7 },
        },
      },
    ]);
  });

  it('has rules without help where the page does not come along', async () => {
    const none = await loadFindingHelp({ packageDir: '/no/such/folder' });
    const bare = toSarif({ findings, version: '1.2.3', help: none, pathOf: (file) => file }) as Log;
    expect(bare.runs[0].tool.driver.rules[0]).not.toHaveProperty('help');
  });
});
