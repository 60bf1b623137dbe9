import { readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { Fault } from '../../contract/fault.ts';
import { type Finding, isError } from '../../workspace/finding.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import { refreshEditorSchemas } from '../files/editor-schemas.ts';
import { loadFrom } from '../open/load.ts';
import type { FilesEnding } from '../runs/ending.ts';
import { type ScheduleView, schedulesOf } from '../schedule/schedules.ts';
import type { Surroundings } from '../surroundings.ts';
import { loadFindingHelp } from './finding-help.ts';
import { repositoryRoot } from './repository-root.ts';
import { toSarif } from './sarif.ts';

export interface ValidationWish {
  readonly dir: string;
  /** Only what is said of these, from the workspace folder; of all where none is named. */
  readonly files: readonly string[];
}

export interface Validation {
  readonly findings: readonly Finding[];
  readonly schedules: readonly ScheduleView[];
  /** How many of them were looked at. */
  readonly flows: number;
  readonly connections: number;
}

/** Everything that is wrong with the files. Throws a Fault TL_ARGUMENT_INVALID for a file that is none of them. */
export async function validateFiles(around: Surroundings, wish: ValidationWish): Promise<Validation> {
  const { workspace, findings, isWanted } = await check(around, wish);
  const flows = [...workspace.flows.values()].filter(({ file }) => isWanted(file));
  return {
    findings,
    schedules: schedulesOf(flows, around.clock.now()),
    flows: workspace.flows.size,
    connections: workspace.connections.size,
  };
}

/**
 * The same findings as a SARIF log, with paths from the root of the repository.
 *
 * @param fallback - the folder that stands for it where there is none.
 */
export async function validateAsSarif(
  around: Surroundings,
  wish: ValidationWish,
  fallback: string,
): Promise<Pick<Validation, 'findings'> & { readonly sarif: unknown }> {
  const { workspace, findings } = await check(around, wish);
  const manifest = await readFile(join(around.packageDir, 'package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { readonly version: string };
  const root = repositoryRoot(workspace.dir, fallback);
  const pathOf = (file: string) => relative(root, join(workspace.dir, file)).replaceAll('\\', '/');
  return { findings, sarif: toSarif({ findings, version, help: await loadFindingHelp(around), pathOf }) };
}

export function endingOfFindings(findings: readonly Finding[]): FilesEnding {
  if (findings.some(isError)) return 'invalid';
  return findings.length > 0 ? 'findings' : 'clean';
}

async function check(around: Surroundings, { dir, files }: ValidationWish) {
  const { workspace } = await loadFrom(around, dir);
  await refreshEditorSchemas(around, workspace);
  const isWanted = wantedFiles(workspace, files, dir);
  return { workspace, isWanted, findings: workspace.findings.filter(({ file }) => isWanted(file)) };
}

/** Is a file one of those that were named? All are where none was. */
function wantedFiles(workspace: Workspace, files: readonly string[], dir: string): (file: string) => boolean {
  const wanted = files.map((file) => relative(workspace.dir, resolve(dir, file)).replaceAll('\\', '/'));
  const known = new Set([...workspace.files.keys(), ...workspace.findings.map(({ file }) => file)]);
  const unknown = wanted.filter((file) => !known.has(file));
  if (unknown.length > 0)
    throw new Fault('TL_ARGUMENT_INVALID', `not a file of this workspace: ${unknown.join(', ')}`);
  return (file) => wanted.length === 0 || wanted.includes(file);
}
