import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { exampleLines, idleProgram } from '../../../scripts/docs/cli-page.ts';
import { blocksIn } from './page-sections.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const commands = allCommands(await idleProgram(root), '');

describe('the help of a command', () => {
  it.each(commands.map(({ name, command }) => [name, command] as const))(
    'has examples that its arguments are read from: %s',
    async (name, command) => {
      const reached = await Promise.all(exampleLines(command).map(commandReachedBy));
      expect(reached.length, `tradelane ${name} has no example`).toBeGreaterThan(0);
      expect(reached.filter((each) => each.startsWith('error: '))).toEqual([]);
      // A group hands on to one of its own.
      expect(reached.filter((each) => `${each} `.startsWith(`${name} `)).length).toBeGreaterThan(0);
    },
  );
});

describe('documents', () => {
  const pages = globSync('{README.md,docs/**/*.md,connectors/*/README.md}', { cwd: root });
  const lines = pages.flatMap((page) =>
    blocksIn(readFileSync(join(root, page), 'utf8'))
      .filter(({ language }) => /^(sh|bash|console)?$/.test(language))
      .flatMap(({ text }) => text.split('\n'))
      .filter((line) => /^(\$ )?(\w+=\S+ )*(npx )?tradelane /.test(line))
      .map((line) => [page, line.replace(/^\$ /, '')] as const),
  );

  it('show commands that there are, with options that they have', async () => {
    expect(lines.length).toBeGreaterThan(30);
    const told = await Promise.all(
      lines.map(async ([page, line]) => `${page}: ${line}: ${await commandReachedBy(line)}`),
    );
    const wrong = told.filter((each) => each.includes(': error: '));
    expect(wrong).toEqual([]);
  });
});

interface Named {
  /** Without `tradelane`: `errors list`. */
  readonly name: string;
  readonly command: Command;
}

function allCommands(parent: Command, above: string): readonly Named[] {
  return parent.commands.flatMap((command) => {
    const name = `${above}${command.name()}`;
    return [{ name, command }, ...allCommands(command, `${name} `)];
  });
}

/** The command that a line would run, or what is said against the line; nothing is run. */
async function commandReachedBy(line: string): Promise<string> {
  const program = await idleProgram(root);
  const words = wordsOf(line);
  let reached = 'error: nothing would run';
  let said = '';
  for (const { name, command } of [{ name: '', command: program }, ...allCommands(program, '')]) {
    command.exitOverride().configureOutput({ writeErr: (text) => (said += text), writeOut: () => {} });
    if (command.commands.length === 0)
      command.action(() => {
        reached = name;
      });
  }
  try {
    program.parse(words.slice(words.indexOf('tradelane') + 1), { from: 'user' });
    return reached;
  } catch {
    return said.split('\n')[0] ?? 'error: refused';
  }
}

/** As a shell would cut it, without what only a shell knows: other commands, redirections, comments. */
function wordsOf(line: string): readonly string[] {
  const own = line.split(/ (?:\||#|&&|>|2>) ?/).find((part) => /(^| )tradelane( |$)/.test(part)) ?? '';
  return (own.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll(/^["']|["']$/g, ''));
}
