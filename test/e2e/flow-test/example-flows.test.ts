import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCli } from '../../support/cli.ts';

const root = join(import.meta.dirname, '../../..');

it.each(['.', 'templates/workspace'])(
  'the tests of the example flows pass and reach all of them: %s',
  { timeout: 120_000 },
  async (dir) => {
    const args = ['test', '--workspace', join(root, dir), '--min-coverage', '100%', '--json'];
    const { code, stdout, stderr } = await runCli(args);
    const { files, totals, coverage } = JSON.parse(stdout);
    const failed = files.flatMap((file: { cases: { ok: boolean }[] }) => file.cases.filter(({ ok }) => !ok));
    expect(failed).toEqual([]);
    expect(coverage.flows.flatMap((flow: { missing: unknown[] }) => flow.missing)).toEqual([]);
    expect(totals.cases).toBeGreaterThan(2);
    expect(code, stderr).toBe(0);
  },
);
