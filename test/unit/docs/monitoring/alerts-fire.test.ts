import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** promtool comes with Prometheus. Counterpart: test/unit/docs/monitoring/pages.test.ts, which needs none. */
const promtool = findPromtool();
const folder = join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'monitoring');

it.skipIf(promtool === undefined)('the alerts fire when they should, and not when they should not', () => {
  const said = execFileSync(promtool ?? '', ['test', 'rules', join(folder, 'alerts.test.yaml')], {
    encoding: 'utf8',
  });
  expect(said).toContain('SUCCESS');
  expect(said).not.toContain('FAILED');
});

function findPromtool(): string | undefined {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
    return 'promtool';
  } catch {
    return undefined;
  }
}
