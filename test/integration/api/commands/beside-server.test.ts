import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exampleLines, idleProgram } from '../../../../scripts/docs/cli-page.ts';
import { canAskServer } from '../../../../src/cli/asking/require-local.ts';
import { callCli } from '../../../support/call-cli.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');

/** They look at files only, or are the engine itself, whatever server is named. */
const local = /^(init|validate|test|map|schema|connectors|simulate|demo|dev|start|completion|migrate)\b/;

interface Leaf {
  readonly name: string;
  readonly command: Command;
}

function leavesOf(parent: Command, above = ''): readonly Leaf[] {
  return parent.commands.flatMap((command) => {
    const name = `${above}${command.name()}`;
    return command.commands.length > 0 ? leavesOf(command, `${name} `) : [{ name, command }];
  });
}

const leaves = leavesOf(await idleProgram(root)).filter(({ name }) => !local.test(name));

describe('while TRADELANE_SERVER names a server', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tradelane-beside-'));
    await mkdir(join(dir, 'flows'));
  });
  afterAll(() => rm(dir, { recursive: true }));
  const env = { TRADELANE_SERVER: 'http://127.0.0.1:1', TRADELANE_TOKEN: 'x' };

  it.each(leaves.map(({ name, command }) => [name, command] as const))(
    '`%s` asks that, or says that it cannot: it never works on the database of this machine',
    async (name, command) => {
      const lines = exampleLines(command).map((line) => line.replace(/^.*?tradelane /, ''));
      const line = lines.find((each) => `${each} `.startsWith(`${name} `)) ?? lines[0] ?? name;
      const { code, stderr } = await callCli(wordsOf(line), { cwd: dir, env, stdin: 'four small ducks' });
      const asked = canAskServer(command)
        ? /TL_SYSTEM_UNREACHABLE|TL_ARGUMENT_INVALID/
        : /cannot ask a server/;
      expect(stderr, line).toMatch(asked);
      expect(code, stderr).toBeGreaterThan(1);
      expect(existsSync(join(dir, '.tradelane')), line).toBe(false);
    },
    20_000,
  );

  it('only what takes keys or records of this machine cannot ask', () => {
    const unable = leaves.filter(({ command }) => !canAskServer(command)).map(({ name }) => name);
    expect(unable).toEqual(['record', 'keys encrypt', 'keys renew']);
  });

  it('commands that need no database go on', async () => {
    const { code, stdout } = await callCli(['schema'], { cwd: dir, env });
    expect(stdout).toContain('flow');
    expect(code).toBe(0);
  });
});

function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}
