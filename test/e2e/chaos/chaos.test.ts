import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const chaos = fileURLToPath(new URL('../../chaos/chaos.ts', import.meta.url));

test('nothing is lost, doubled or out of order while it is being broken', { timeout: 480_000 }, async () => {
  const { PATH = '', HOME = '' } = process.env;
  const minutes = process.env['TRADELANE_CHAOS_MINUTES'] ?? '2';
  const args = [chaos, '--seed', '1', '--minutes', minutes];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH, HOME } });
  expect(stdout).toContain(
    'lost 0 · duplicate effects 0 · out of order 0 · unbalanced runs 0 · effects without a step 0',
  );
  // It was broken, and there was something to lose.
  expect(stdout).toMatch(/kills survived: [1-9]/);
  expect(stdout).toMatch(/target: \d{3,} effects/);
});
