import { readFileSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Fault, toFault } from '../../../src/contract/fault.ts';
import { loadWorkspace } from '../../../src/workspace/load/load-workspace.ts';
import type { Workspace } from '../../../src/workspace/workspace.ts';
import { baseOf, withExampleFolder } from './example-folder.ts';
import { type Block, type CodeSection, codeSections, type Example, examplesIn } from './page-sections.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
export const faultPage = readFileSync(
  new URL('docs/faults.md', new URL('../../../', import.meta.url)),
  'utf8',
);

export const faultBase = baseOf(faultPage);
export const faultSections: readonly CodeSection[] = codeSections(faultPage);

/** How an example of docs/faults.md is carried out, and by which test. */
export type Kind = 'answer' | 'asked' | 'read' | 'steps' | 'command' | 'run';

/** Examples that take a run, a store and a process: each is a scenario of its own in test/integration. */
const runs: ReadonlySet<string> = new Set([
  'TL_TARGET_ID_TAKEN',
  'TL_GUARD_TRIPPED',
  'TL_RUN_REJECTED',
  'TL_TAKEN_OUT',
  'TL_PAUSED',
  'TL_LEASE_LOST',
  'TL_CONFLICT',
  'TL_RUN_STOPPED',
]);

export function kindOf({ code, given }: Example): Kind {
  const has = (language: string) => given.some((block) => block.language === language);
  if (runs.has(code)) return 'run';
  if (has('sh')) return 'command';
  if (given.some(({ text }) => /^\w+ \/api\//.test(text))) return 'asked';
  if (has('http')) return 'answer';
  return has('json') ? 'steps' : 'read';
}

export function faultExamples(kind: Kind): readonly Example[] {
  return faultSections.flatMap(examplesIn).filter((example) => kindOf(example) === kind);
}

/** The blocks of an example that are files of the workspace. */
export function filesOf({ given }: Example): readonly Block[] {
  return given.filter(({ language }) => ['yaml', 'csv', 'ts'].includes(language));
}

/**
 * What is told of an example in its workspace while `use` works in that; where the folder lies is told as the page
 * says it. `base`: files around those of the example.
 */
export async function toldInWorkspace(
  example: Example,
  base: ReadonlyMap<string, string>,
  use: (workspace: Workspace) => Promise<string>,
): Promise<string> {
  return await withExampleFolder(filesOf(example), base, async (dir) => {
    const told = await use(await loadWorkspace(dir, { env: {}, builtinDir: root }));
    return told.replaceAll(await realpath(dir), '/srv/tradelane');
  });
}

/** As the page writes it: the code, and what the errors show. */
export function toldOf(thrown: unknown): string {
  const { code, message }: Fault = toFault(thrown);
  return `${code}  ${message}`;
}

/** The fault that something ends with, thrown or told. */
export async function faultFrom(attempt: () => Promise<Fault | undefined>): Promise<string> {
  try {
    const fault = await attempt();
    return fault === undefined ? 'nothing went wrong' : toldOf(fault);
  } catch (thrown) {
    return toldOf(thrown);
  }
}
