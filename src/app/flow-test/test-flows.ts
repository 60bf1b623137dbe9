import { createOfflinePlans } from '../../flow-test/compile-offline.ts';
import { type FlowCoverage, percentOf } from '../../flow-test/coverage/coverage.ts';
import { measureCoverage } from '../../flow-test/coverage/measure-coverage.ts';
import { type FileResult, runTests } from '../../flow-test/run-tests.ts';
import { selectCases } from '../../flow-test/select-cases.ts';
import { refreshEditorSchemas } from '../files/editor-schemas.ts';
import { loadFrom } from '../open/load.ts';
import type { FilesEnding } from '../runs/ending.ts';
import type { Surroundings } from '../surroundings.ts';

export interface TestWish {
  readonly dir: string;
  /** Names of test files or flows, or parts of names of cases; all where none is given. */
  readonly patterns: readonly string[];
  readonly coverage: 'measured' | 'left out';
  /** In percent; with coverage only. */
  readonly leastCoverage?: number | undefined;
}

export interface TestedFlows {
  readonly files: readonly FileResult[];
  /** Absent where nobody asked for it. */
  readonly coverage: readonly FlowCoverage[] | undefined;
  /** What is reached, in percent, where all cases are right and it is less than was asked for. */
  readonly short: number | undefined;
  readonly ending: FilesEnding;
}

/** What flows make of the records of their tests. No system is asked anything. */
export async function testFlows(around: Surroundings, wish: TestWish): Promise<TestedFlows> {
  const { files, coverage } = await run(around, wish);
  const ending = endingOf(files);
  const short = ending === 'clean' ? percentBelow(wish.leastCoverage, coverage) : undefined;
  return { files, coverage, short, ending: short === undefined ? ending : 'findings' };
}

async function run(
  around: Surroundings,
  { dir, patterns, coverage }: TestWish,
): Promise<Pick<TestedFlows, 'files' | 'coverage'>> {
  const { workspace } = await loadFrom(around, dir);
  await refreshEditorSchemas(around, workspace);
  const plans = createOfflinePlans(workspace, around.clock);
  try {
    const files: FileResult[] = [];
    for (const selected of selectCases(workspace, patterns)) files.push(await runTests(plans, selected));
    if (coverage === 'left out') return { files, coverage: undefined };
    // A flow without a test is what coverage is about.
    const flows = patterns.length === 0 ? [...workspace.flows.keys()] : files.map(({ flow }) => flow);
    return { files, coverage: await measureCoverage(plans.workspace, files, flows) };
  } finally {
    await plans.close();
  }
}

function percentBelow(least: number | undefined, coverage: TestedFlows['coverage']): number | undefined {
  if (least === undefined || coverage === undefined) return undefined;
  const percent = percentOf(coverage);
  return percent < least ? percent : undefined;
}

function endingOf(files: readonly FileResult[]): FilesEnding {
  if (files.some(({ mistakes, fault }) => mistakes.length > 0 || fault !== undefined)) return 'invalid';
  return files.every(({ cases }) => cases.every(({ ok }) => ok)) ? 'clean' : 'findings';
}
