import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { callCli } from '../../support/call-cli.ts';

const root = join(import.meta.dirname, '../../..');

it('the tests of the example flows pass and reach all of them', { timeout: 120_000 }, async () => {
  expect(await proveCovered(root)).toBeGreaterThan(2);
});

it.each(['order', 'customer', 'stock', 'price'])(
  'the test of a new workspace passes and reaches all of its flow: %s',
  { timeout: 120_000 },
  async (entity) => {
    const dir = await mkdtemp(join(tmpdir(), 'tradelane-covered-'));
    try {
      expect(await callCli(['init', dir, '--entity', entity])).toMatchObject({ code: 0 });
      expect(await proveCovered(dir)).toBeGreaterThan(1);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
);

/** Answers how many cases there are. */
async function proveCovered(dir: string): Promise<number> {
  const { code, stdout, stderr } = await callCli(['test', '-w', dir, '--min-coverage', '100%', '--json']);
  const { files, totals, coverage } = JSON.parse(stdout);
  const failed = files.flatMap((file: { cases: { ok: boolean }[] }) => file.cases.filter(({ ok }) => !ok));
  expect(failed).toEqual([]);
  expect(coverage.flows.flatMap((flow: { missing: unknown[] }) => flow.missing)).toEqual([]);
  expect(code, stderr).toBe(0);
  return totals.cases;
}
