import { createFinding, type Finding } from '../finding.ts';
import { connectionsPath, isFlowPath, isTestPath, settingsPath, tableOf } from '../load/paths.ts';
import type { SourceFile } from '../text/source-file.ts';

/**
 * Files in the folders of a workspace that look as if they were meant to be read, and are not.
 * `strays`: paths of all files that were not read.
 */
export function checkIgnored(
  strays: readonly string[],
  files: ReadonlyMap<string, SourceFile>,
): readonly Finding[] {
  return strays
    .filter((path) => !files.has(path))
    .flatMap((path) => {
      const why = reasonFor(path);
      if (why === undefined) return [];
      const place = { file: path, line: 1, column: 1 };
      return [createFinding('TLW_FILE_IGNORED', place, `nothing reads this file: ${why.message}`, why.hint)];
    });
}

interface Reason {
  readonly message: string;
  readonly hint: string;
}

function reasonFor(path: string): Reason | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.startsWith('.') || path.includes('/node_modules/')) return undefined;
  const asYaml = path.replace(/\.(?:yml|json)$/, '.yaml');
  switch (path.split('/')[0]) {
    case 'flows':
      return reasonInFlows(path, asYaml);
    case 'config':
      return reasonInConfig(path, asYaml);
    case 'schemas':
      if (!/\.(?:json|ya?ml)$/.test(path) || /^schemas\/[^/]+\.schema\.json$/.test(path)) return undefined;
      return {
        message: 'a schema is schemas/NAME.schema.json',
        hint: `rename it: schemas/${stem(name)}.schema.json`,
      };
    case 'connectors':
      if (!/^connectors\/[^/]+\/connector\.(?:yml|json)$/.test(path)) return undefined;
      return { message: 'a manifest is connectors/NAME/connector.yaml', hint: `rename it: ${asYaml}` };
    default:
      return undefined;
  }
}

function reasonInFlows(path: string, asYaml: string): Reason | undefined {
  if (path.endsWith('.jsonata')) {
    const message = 'no flow names it in `map`';
    return { message, hint: 'name it, by its path from the folder of the flow, or delete it' };
  }
  if (!/\.(?:ya?ml|json)$/.test(path)) return undefined;
  const flat = `flows/${asYaml.split('/').at(-1)}`;
  if (isFlowPath(path) || isTestPath(path)) return undefined;
  if (isTestPath(flat)) return { message: 'tests are flows/NAME.test.yaml', hint: `rename it: ${flat}` };
  return { message: 'a flow is flows/NAME.yaml', hint: `rename it: ${flat}` };
}

function reasonInConfig(path: string, asYaml: string): Reason | undefined {
  if (path.startsWith('config/tables/')) {
    if (!/\.(?:ya?ml|json|csv|tsv|txt)$/.test(path) || tableOf(path) !== undefined) return undefined;
    const flat = `config/tables/${stem(path.slice(path.lastIndexOf('/') + 1))}`;
    return {
      message: 'a table is config/tables/NAME.yaml or NAME.csv',
      hint: `rename it: ${flat}.yaml or .csv`,
    };
  }
  if (!/\.(?:ya?ml|json)$/.test(path)) return undefined;
  const known = [connectionsPath, settingsPath];
  const message = `in config/ there are ${known.map((each) => each.slice('config/'.length)).join(', ')} and tables/`;
  return {
    message,
    hint: known.includes(asYaml) ? `rename it: ${asYaml}` : 'move what it says, or delete it',
  };
}

function stem(name: string): string {
  return name.replace(/\.[^.]*$/, '');
}
