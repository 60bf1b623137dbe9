import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, the longest first: one that is begun last and goes on alone leaves a core idle. */
const longest = [
  'e2e/chaos/chaos',
  'integration/limits/limits',
  'e2e/online-retail/online-retail',
  'e2e/start/start',
  'e2e/dev/dev',
  'integration/store/embedded-postgres',
  'e2e/tutorial/tutorial',
  'e2e/init/',
  'e2e/package/package',
  'e2e/bad-input/',
  'e2e/limits/limits',
  'integration/lanes/queue',
].map((name) => `/test/${name}`);

/** The rest: larger layers first, since those who share a process come together, then longer files. */
const layers = ['/test/e2e/', '/test/integration/', '/test/'];

/**
 * The same order on every machine, whatever it remembers of earlier runs. SHUFFLE=7 gives another one, to prove that
 * files which share a process leave nothing behind in it.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const seed = process.env['SHUFFLE'];
    const placed = files.map((file) => ({
      file,
      rank: seed === undefined ? rankOf(file.moduleId) : layerOf(file.moduleId),
      order: seed === undefined ? -statSync(file.moduleId).size : hash(seed + file.moduleId),
    }));
    return placed.sort((a, b) => a.rank - b.rank || a.order - b.order).map(({ file }) => file);
  }
}

function rankOf(path: string): number {
  const rank = longest.findIndex((name) => path.includes(name));
  return rank >= 0 ? rank : longest.length + layerOf(path);
}

function layerOf(path: string): number {
  return layers.findIndex((layer) => path.includes(layer));
}

function hash(text: string): number {
  return createHash('sha1').update(text).digest().readUInt32BE();
}
