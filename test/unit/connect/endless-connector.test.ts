import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('ends the process of a connector that never gives way, with its name, the function and an exit code', () => {
  const child = join(import.meta.dirname, 'endless-connector.ts');
  const { status, stderr } = spawnSync(process.execPath, [child], { encoding: 'utf8', timeout: 25_000 });
  const place = String.raw`turnForEver \(file://\S+/endless-connector\.ts:\d+\)`;
  expect(stderr).toMatch(
    new RegExp(
      String.raw`^error: crm \(connector mine\): orders\.upsert has not given way for 1 s, in ${place};`,
    ),
  );
  expect(status).toBe(70);
});
