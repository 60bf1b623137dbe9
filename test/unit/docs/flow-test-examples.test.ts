import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createOfflinePlans } from '../../../src/flow-test/compile-offline.ts';
import { runTests } from '../../../src/flow-test/run-tests.ts';
import { selectCases } from '../../../src/flow-test/select-cases.ts';
import { openWorkspace } from '../../../src/workspace/load/load-workspace.ts';

const root = join(import.meta.dirname, '..', '..', '..');

it('the flow tests in docs/testing.md pass over the flows of this repository', async () => {
  const text = await readFile(join(root, 'docs/testing.md'), 'utf8');
  const blocks = [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? '');
  const tests = blocks.filter((block) => /^cases:/m.test(block));
  expect(tests.length).toBeGreaterThan(0);
  const { workspace, parse } = await openWorkspace(root, { env: {}, builtinDir: root });
  const files = [...workspace.files.values()].filter(({ path }) => !path.endsWith('.test.yaml'));
  const page = parse([
    ...files,
    ...tests.map((each, n) => ({ path: `flows/page-${n}.test.yaml`, text: each })),
  ]);
  const plans = createOfflinePlans(page, { now: () => 0 });
  for (const selected of selectCases(page, [])) {
    const { cases, mistakes } = await runTests(plans, selected);
    expect(mistakes).toEqual([]);
    expect(cases.filter(({ ok }) => !ok).map(({ mismatches }) => mismatches)).toEqual([]);
  }
  await plans.close();
});
