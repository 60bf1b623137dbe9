import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeDemoWorkspace } from '../../../src/app/demo/demo-workspace.ts';
import { callCli } from '../../support/call-cli.ts';

test('the demo is a workspace that other terminals can use', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'tradelane-demo-test-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const root = join(import.meta.dirname, '../../..');
  await writeDemoWorkspace({ packageDir: root }, dir, { COMMERCE_URL: 'http://127.0.0.1:4711' });
  expect(await readFile(join(dir, '.env'), 'utf8')).toBe('COMMERCE_URL="http://127.0.0.1:4711"\n');
  const { code, stdout } = await callCli(['validate', '-w', dir, '--json']);
  expect(code).toBe(0);
  const { schedules } = JSON.parse(stdout) as { schedules: readonly { cron: string }[] };
  expect(new Set(schedules.map(({ cron }) => cron))).toEqual(new Set(['*/10 * * * * *']));
});
