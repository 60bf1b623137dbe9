import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSimulator } from '../../../src/simulator/start-simulator.ts';
import { runCli } from '../../support/cli.ts';

const root = resolve(import.meta.dirname, '../../..');
let home: string;
let installed: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'tradelane-package-'));
  const built = join(home, 'built');
  execFileSync(process.execPath, [join(root, 'scripts', 'build-package.ts'), built], { stdio: 'pipe' });
  // What a tarball leaves out is missing here as well. Its libraries are those of the checkout: no registry is asked.
  const pack = ['pack', built, '--pack-destination', home, '--json', '--ignore-scripts'];
  const [{ filename }] = JSON.parse(execFileSync('npm', pack, { encoding: 'utf8', stdio: 'pipe' }));
  // Where npm would put it: Node strips no types from files below a node_modules.
  installed = join(home, 'node_modules', 'tradelane');
  await mkdir(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(home, filename), '--strip-components=1', '-C', installed]);
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

/** A program of the development's own, as whoever writes a connector has it. */
function programOf(name: string, path: string): string {
  return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), path);
}

describe('a connector in a package of its own', () => {
  const page = readFileSync(join(root, 'docs', 'connectors-in-code.md'), 'utf8');
  let dir: string;
  beforeAll(async () => {
    dir = join(home, 'tally-connector');
    await mkdir(dir);
    for (const [, name = '', text = ''] of page.matchAll(/^```ts\n\/\/ ([\w.]+)\n(.*?)^```/gms))
      await writeFile(join(dir, name), text);
    await writeFile(join(dir, 'package.json'), JSON.stringify({ name: 'tally-connector', type: 'module' }));
    const compilerOptions = {
      ...{ target: 'es2024', module: 'nodenext', strict: true, noEmit: true, types: ['node'] },
      ...{ allowImportingTsExtensions: true, erasableSyntaxOnly: true, exactOptionalPropertyTypes: true },
    };
    await writeFile(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    for (const name of ['vitest', '@types'])
      await symlink(join(root, 'node_modules', name), join(home, 'node_modules', name));
  });
  const run = (program: string, ...args: readonly string[]): string =>
    execFileSync(process.execPath, [program, ...args], {
      cwd: dir,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });

  it('is checked against the published types', () => {
    expect(run(programOf('typescript', 'bin/tsc'), '-p', '.')).toBe('');
  });

  it('passes the published suite', () => {
    const said = run(programOf('vitest', 'vitest.mjs'), 'run', '--root', '.');
    expect(said).toMatch(/Tests {2}\d\d passed/);
  });

  it('keeps the meaning of its faults over two copies of the package', async () => {
    const workspace = join(home, 'workspace');
    await mkdir(join(workspace, 'connectors', 'tally'), { recursive: true });
    await mkdir(join(workspace, 'config'), { recursive: true });
    await mkdir(join(workspace, 'flows'), { recursive: true });
    await mkdir(join(workspace, 'data'), { recursive: true });
    await cp(join(dir, 'connector.ts'), join(workspace, 'connectors', 'tally', 'index.ts'));
    await writeFile(join(workspace, 'config', 'connections.yaml'), connections);
    await writeFile(join(workspace, 'flows', 'orders.yaml'), flow);
    await writeFile(join(workspace, 'data', 'a.csv'), 'number,total\nT-1,1.00\n');
    const { default: simulator } = await import(join(dir, 'simulator.ts'));
    const running = await startSimulator(simulator, { size: { orders: 0 } });
    try {
      const env = { TALLY: running.url };
      const cli = (...args: readonly string[]) => runCli([...args, '--workspace', workspace], { env });
      // Throttled, it waits; and what may have been written is looked up before it would be written again.
      for (const kind of ['throttled', 'lostReply'] as const)
        running.faults.next(kind, 1, { method: 'POST' });
      expect(await cli('run', 'orders', '--json')).toMatchObject({ code: 0 });
      expect(running.effects.entries().filter(({ action }) => action === 'create')).toMatchObject([
        { key: 'T-1' },
      ]);
      // No better token, no write: the connection pauses, and says why in the words of the connector.
      await writeFile(join(workspace, 'config', 'connections.yaml'), connections.replace('right', 'wrong'));
      await writeFile(join(workspace, 'data', 'b.csv'), 'number,total\nT-2,1.00\n');
      const refused = await cli('run', 'orders', '--json');
      expect(refused.stdout).toContain('TL_AUTH_REFUSED');
    } finally {
      await running.close();
    }
  });
});

const connections = `connections:
  in:
    connector: file
    config: { path: ./data, archive: false, settle: 0s }
    resources: { orders: { key: number, read: { files: "*.csv", format: csv } } }
  tally: { connector: tally, settle: 0s, config: { baseUrl: "\${TALLY}", token: right } }
`;
const flow = `flow: orders
source: { connection: in, resource: orders }
target: { connection: tally, resource: orders, write: upsert }
`;

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
