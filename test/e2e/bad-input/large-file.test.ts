import { createWriteStream } from 'node:fs';
import { readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { runCli } from '../../support/cli.ts';
import { createTestWorkspace } from './workspace.ts';

const records = 100_000;
const bytesEach = 2_100;

// One of the few tests that may take longer than a minute: all of the line, 200 MB of it.
test('a run takes 200 MB of JSON Lines in less than 300 MB of memory', { timeout: 150_000 }, async () => {
  await using workspace = await createTestWorkspace({
    'flows/lines.yaml': `flow: lines
source: { connection: in, resource: lines }
map: { id: id, total: total }
target: { connection: out, resource: orders, write: create, allowDuplicates: true }
delivery: { batch: 500 }
`,
    'peak.mjs': `import { writeFileSync } from 'node:fs';
process.on('exit', () => writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS / 1024)));
`,
  });
  const path = join(workspace.dir, 'data/in/large.jsonl');
  await pipeline(Readable.from(lines()), createWriteStream(path));
  await utimes(path, 0, 0);
  const startedAt = performance.now();
  const run = await runCli(['run', 'lines', '--json'], {
    cwd: workspace.dir,
    env: {
      ...workspace.env,
      NODE_OPTIONS: `--import ${pathToFileURL(join(workspace.dir, 'peak.mjs')).href}`,
      PEAK_FILE: join(workspace.dir, 'peak'),
    },
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  const peakMb = Number(await readFile(join(workspace.dir, 'peak'), 'utf8'));
  expect(run.code, run.stderr).toBe(0);
  expect(JSON.parse(run.stdout).counts).toMatchObject({ read: records, delivered: records });
  expect(peakMb).toBeGreaterThan(50);
  expect(peakMb).toBeLessThan(300);
  expect(seconds).toBeLessThan(90);
});

function* lines(): Generator<string> {
  const note = 'x'.repeat(bytesEach - 40);
  for (let nth = 0; nth < records; nth += 100) {
    yield Array.from(
      { length: 100 },
      (_, of) => `{"id":"${nth + of}","total":"1.50","note":"${note}"}\n`,
    ).join('');
  }
}
