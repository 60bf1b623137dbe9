import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formatFinding } from '../../../../src/workspace/finding.ts';
import { loadWorkspace } from '../../../../src/workspace/load/load-workspace.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');

/** All that is in the repository and right: flows, all manifests, and the mappings of both directions. */
it.each([
  ['the package with its connectors', '.'],
  ['what init writes', 'templates/workspace'],
  ['the exports of Online Retail', 'test/e2e/online-retail/workspace'],
])('has nothing to say about %s', async (_what, dir) => {
  const { findings } = await loadWorkspace(join(root, dir), { env: {}, builtinDir: root });
  // Variables are those of whoever runs it.
  const told = findings.filter(({ code }) => code !== 'TLW_ENV_MISSING' && code !== 'TLW_ENV_FILE');
  expect(told.map(formatFinding)).toEqual([]);
});
