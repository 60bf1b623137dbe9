import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Surroundings } from '../surroundings.ts';

/** What docs/findings.md says of a code. */
export interface FindingHelp {
  /** Its first sentence. */
  readonly short: string;
  /** What it means, and what to do: Markdown. */
  readonly long: string;
}

/** The page that comes with the package, by code. Nothing where it does not come along: help is a convenience. */
export async function loadFindingHelp({
  packageDir,
}: Pick<Surroundings, 'packageDir'>): Promise<ReadonlyMap<string, FindingHelp>> {
  const page = await readFile(join(packageDir, 'docs', 'findings.md'), 'utf8').catch(() => '');
  const sections = page.split(/^### /m).slice(1);
  return new Map(sections.flatMap((section) => parseSection(section) ?? []));
}

function parseSection(section: string): readonly [readonly [string, FindingHelp]] | undefined {
  const [, code, body] = /^(TLW_\w+)\n([\s\S]*)/.exec(section) ?? [];
  if (code === undefined || body === undefined) return undefined;
  const [prose = ''] = body.split(/^(?:## |```)/m);
  const long = prose.replace(/^(?:Error|Warning)\. /, '').trim();
  const [short = long] = /^(?:`[^`]*`|[^`])*?[.:;](?=\s|$)/.exec(long) ?? [];
  return [[code, { short: short.replace(/[.:;]$/, ''), long }]];
}
