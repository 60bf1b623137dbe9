import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Runs the tests once more as on machines in other time zones, west and east of UTC, the latter with an odd offset: no
 * result may depend on it. `--quick`: only those that read, write or compare times. The zone has to stand before a
 * process begins, so it is an environment of vitest's and none of its settings.
 */
const zones = ['America/New_York', 'Asia/Kathmandu'];

const aboutTime = [
  ...['moments', 'library/functions', 'library/date-format', 'object-leaves'].map(
    (name) => `test/unit/mapping/${name}.test.ts`,
  ),
  ...[
    'test/unit/engine',
    'test/unit/connect/parsing.test.ts',
    'test/unit/connect/manifest.test.ts',
    'test/unit/triggers',
    'test/unit/simulator',
    'test/unit/cli',
  ],
  ...['lists/reading', 'lists/cursor-properties', 'lists/ends'].map(
    (name) => `test/connectors/http/${name}.test.ts`,
  ),
  ...['declare-resources', 'take-files', 'write-files'].map((name) => `test/connectors/file/${name}.test.ts`),
  ...['hubspot/read', 'hubspot/search', 'ordercloud/lists', 'business-central/queries'].map(
    (name) => `test/connectors/${name}.test.ts`,
  ),
  'test/integration/line/line.test.ts',
  'test/e2e/bad-input/told.test.ts',
];

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const given = process.argv.slice(2);
const files = given.includes('--quick') ? aboutTime : given;

for (const zone of zones) {
  process.stdout.write(`\nTZ=${zone}\n`);
  const { status } = spawnSync(process.execPath, [vitest, 'run', '--reporter=dot', ...files], {
    cwd: root,
    env: { ...process.env, TZ: zone },
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
