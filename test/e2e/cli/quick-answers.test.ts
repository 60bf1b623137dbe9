import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { idleProgram } from '../../../scripts/docs/cli-page.ts';
import { asTyped, commandNames } from '../../../src/cli/command-names.ts';
import { callCli } from '../../support/call-cli.ts';

const root = join(import.meta.dirname, '../../..');
let alone: string;

beforeAll(async () => {
  // The program itself is not there: what answers does not load it.
  alone = await mkdtemp(join(tmpdir(), 'tradelane-quick-'));
  await cp(join(root, 'bin'), join(alone, 'bin'), { recursive: true });
  await cp(join(root, 'package.json'), join(alone, 'package.json'));
});
afterAll(() => rm(alone, { recursive: true, force: true }));

async function quick(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const bin = join(alone, 'bin/tradelane.js');
  return (await promisify(execFile)(process.execPath, [bin, ...args], { env })).stdout;
}

test('version, help and completion are answered without the program, in the words of the program', async () => {
  const asked = [
    ...[['--version'], ['--help'], ['run', '--help'], ['runs', 'show', '-h'], ['help', 'errors']],
    ...[
      ['completion', 'bash'],
      ['completion', 'zsh'],
      ['completion', 'fish'],
    ],
  ];
  for (const args of asked) {
    const slow = await callCli(args);
    expect(slow).toMatchObject({ code: 0 });
    expect(await quick(args)).toBe(slow.stdout);
  }
  await expect(quick(['no-such-command', '--help'])).rejects.toThrow();
  await expect(quick(['completion', 'tcsh'])).rejects.toThrow();
});

/** `errors`, `errors list`, …: each way to call a command. */
function pathsOf(command: Command): readonly { readonly path: string; readonly takesWorkspace: boolean }[] {
  const parts = command.commands.map((part) => ({
    path: `${command.name()} ${part.name()}`,
    takesWorkspace: hasWorkspace(part),
  }));
  const takesWorkspace = hasWorkspace(command) || command.commands.some(hasWorkspace);
  return [{ path: command.name(), takesWorkspace }, ...parts];
}

function hasWorkspace(command: Command): boolean {
  return (
    command.options.some(({ long }) => long === '--workspace') &&
    !['init', 'simulate'].includes(command.name())
  );
}

test('commands are shown as they can be typed', async () => {
  const byNpx = { npm_command: 'exec' };
  expect(await quick(['run', '--help'], byNpx)).toContain('  $ npx tradelane run orders-to-erp\n');
  expect((await callCli(['run', '--help'], { env: byNpx })).stdout).toBe(
    await quick(['run', '--help'], byNpx),
  );
  const text = 'see `tradelane errors list`, npx tradelane runs, or ask tradelane people (@tradelane run)';
  expect(asTyped({ env: byNpx, called: {} }, text)).toBe(
    'see `npx tradelane errors list`, npx tradelane runs, or ask tradelane people (@tradelane run)',
  );
  expect(asTyped({ env: {}, called: {} }, text)).toBe(text);
  const refused = await callCli(['status', '-w', alone], { env: byNpx });
  expect(refused.stderr).toContain('`npx tradelane init` writes one');
  const { commands } = await idleProgram(root);
  const elsewhere = { env: byNpx, called: { workspace: "'my shop'" } };
  for (const words of commands.flatMap((command) => pathsOf(command))) {
    const placed = words.takesWorkspace ? " --workspace 'my shop'" : '';
    expect(asTyped(elsewhere, `tradelane ${words.path} --flow x`)).toBe(
      `npx tradelane ${words.path}${placed} --flow x`,
    );
  }
  expect(asTyped(elsewhere, 'tradelane run x -w shop')).toBe('npx tradelane run x -w shop');
  expect(commandNames).toEqual(commands.map((command) => command.name()));
});
