import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { runCli, startCli } from '../../support/cli.ts';
import { createTestWorkspace, type TestWorkspace } from '../bad-input/workspace.ts';

let workspace: TestWorkspace;
let empty: string;

beforeAll(async () => {
  workspace = await createTestWorkspace();
  empty = await mkdtemp(join(tmpdir(), 'tradelane-empty-'));
});
afterAll(async () => {
  await workspace[Symbol.asyncDispose]();
  await rm(empty, { recursive: true, force: true });
});

describe.concurrent('in a folder that is no workspace', () => {
  test.for([
    'run orders',
    'validate',
    'test',
    'runs',
    'status',
    'pending',
    'errors',
    'drift',
    'replay 1',
    'start',
    'dev',
    'migrate',
  ])('%s says so and leaves nothing behind', { timeout: 60_000 }, async (command, { expect }) => {
    const result = await runCli(command.split(' '), { cwd: empty });
    expect(result.stderr).toContain(`${empty} is no workspace`);
    expect(result.code).toBe(2);
    expect(await readdir(empty)).toEqual([]);
  });
});

describe.concurrent('what goes well', () => {
  const commands = [
    'run orders',
    'validate',
    'runs',
    'status',
    'pending',
    'errors',
    'errors list',
    'drift',
    'connectors',
    'migrate',
    'simulate',
    'replay --code TL_MAP_FAILED',
  ];
  test.for(commands)('%s --json prints one document', { timeout: 60_000 }, async (command, { expect }) => {
    const result = await workspace.json(command.split(' '));
    expect(result.code, result.stderr).toBe(0);
    // A machine that is busy takes long enough for a line of progress.
    expect(result.stderr).toMatch(/^(orders {2}read \d+.*\n)*$/);
  });

  test('a reader that has seen enough (`| head -1`) is no trouble', { timeout: 60_000 }, async ({
    expect,
  }) => {
    await using running = startCli(['connectors', 'show', 'business-central', '--json'], {
      cwd: workspace.dir,
      env: workspace.env,
    });
    running.closeStdout();
    const { code } = await running.ended();
    expect(running.stderr()).toBe('');
    expect(code).toBe(0);
  });
});
