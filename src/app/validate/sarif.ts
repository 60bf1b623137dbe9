import { type Finding, type FindingCode, findingCodes } from '../../workspace/finding.ts';
import type { FindingHelp } from './finding-help.ts';

export interface SarifInput {
  readonly findings: readonly Finding[];
  readonly version: string;
  readonly help: ReadonlyMap<string, FindingHelp>;
  /** The path of a workspace file from the root of the repository, with `/`. */
  readonly pathOf: (file: string) => string;
}

/**
 * Findings as a SARIF 2.1.0 log (docs.oasis-open.org/sarif/sarif/v2.1.0), as code hosts take it to show findings at
 * their lines: GitHub's page on "SARIF support for code scanning" says which members it reads.
 */
export function toSarif({ findings, version, help, pathOf }: SarifInput): unknown {
  const codes = Object.keys(findingCodes) as FindingCode[];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'tradelane',
            semanticVersion: version,
            rules: codes.map((code) => toRule(code, help.get(code))),
          },
        },
        // Columns count as JavaScript does.
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => ({
          ruleId: finding.code,
          ruleIndex: codes.indexOf(finding.code),
          level: finding.severity,
          message: { text: textOf(finding) },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(pathOf(finding.file)), uriBaseId: '%SRCROOT%' },
                region: { startLine: finding.line, startColumn: finding.column },
              },
            },
          ],
        })),
      },
    ],
  };
}

function toRule(code: FindingCode, help: FindingHelp | undefined) {
  return {
    id: code,
    defaultConfiguration: { level: findingCodes[code] },
    helpUri: `https://tradelane.dev/docs/findings#${code.toLowerCase()}`,
    ...(help && {
      shortDescription: { text: help.short },
      fullDescription: { text: plain(help.long) },
      help: { text: plain(help.long), markdown: help.long },
    }),
  };
}

function plain(markdown: string): string {
  return markdown.replaceAll('**', '');
}

function textOf({ message, hint }: Finding): string {
  return hint === undefined ? message : `${message} (${hint})`;
}
