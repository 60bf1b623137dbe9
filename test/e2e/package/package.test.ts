import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../..');
let home: string;
let installed: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'tradelane-package-'));
  // Where npm would put it: Node strips no types from files below a node_modules.
  installed = join(home, 'node_modules', 'tradelane');
  execFileSync(process.execPath, [join(root, 'scripts', 'build-package.ts'), installed], { stdio: 'pipe' });
  await symlink(join(root, 'node_modules'), join(installed, 'node_modules'));
});
afterAll(async () => {
  await rm(home, { recursive: true, force: true });
});

function tradelane(...args: readonly string[]): string {
  return execFileSync(process.execPath, [join(installed, 'bin', 'tradelane.js'), ...args], {
    cwd: home,
    encoding: 'utf8',
  });
}

describe('the package as it is published', () => {
  it('starts, and knows its connectors and simulators', () => {
    const { connectors } = JSON.parse(tradelane('connectors', '--json')) as {
      connectors: { name: string }[];
    };
    expect(connectors.map(({ name }) => name)).toEqual([
      'business-central',
      'file',
      'http',
      'hubspot',
      'ordercloud',
    ]);
    const { simulators } = JSON.parse(tradelane('simulate', '--json')) as { simulators: { name: string }[] };
    expect(simulators.map(({ name }) => name)).toEqual(['business-central', 'http', 'hubspot', 'ordercloud']);
  });

  it('brings the example workspace, without findings', () => {
    expect(tradelane('validate', '--workspace', installed)).toContain('no findings');
  });
});
