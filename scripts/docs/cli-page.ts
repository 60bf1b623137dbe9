import { join } from 'node:path';
import type { Command } from 'commander';
import type { Context } from '../../src/cli/context.ts';
import { createProgram } from '../../src/cli/program.ts';
import { inTable } from './write-example.ts';

/** docs/cli.md, from the commands themselves: what `--help` says, for reading at leisure. */
export async function cliPage(root: string): Promise<string> {
  const program = await idleProgram(root);
  const commands = program.commands.map((command) => commandSection(command, 'tradelane'));
  return [intro, overview(program), exitCodes, ...commands].join('\n\n');
}

const intro = `# The command line

In a clone of this repository, commands are called as \`npx tradelane COMMAND\`. What follows is also what \`--help\` says after any of them.

Commands that work on a workspace take \`--workspace DIR\`; without it, the current folder is the workspace. With \`--json\` a command prints one JSON document on standard output; logs, progress and notes go to standard error.

| variable | means |
|---|---|
| \`DATABASE_URL\` | PostgreSQL of yours; without it, an embedded one with its data in \`.tradelane/\` of the workspace |
| \`REDIS_URL\` | Redis for the queue; without it, the queue lives in the database |
| \`TRADELANE_QUEUE_PREFIX\` | name of the queue in Redis, or of its schema in PostgreSQL (\`NAME_queue\`), where several engines share one; \`tradelane\` if not set |
| \`TRADELANE_DEBUG\` | with any value, the stack of an error that ends a command is printed |`;

const exitCodes = `## Exit codes

| code | means |
|---|---|
| 0 | done, and clean |
| 1 | done, but errors are open, or there are warnings |
| 2 | invalid files or arguments; nothing was done |
| 3 | could not run, or not to its end: the database is away, the source cannot be read, the target is unreachable and records wait, a guard holds the run for approval |
| 70 | a connector in code did not [give way](connectors-in-code.md#a-loop-that-never-gives-way) for five minutes |
| 130 | ended by a second Ctrl-C, without waiting |

\`run\`, \`replay\` and \`demo\` end with 1 when a record of theirs failed, \`errors\` and \`errors list\` when there is an open error, \`validate\` with 1 for warnings alone and with 2 for errors.`;

function overview(program: Command): string {
  const rows = program.commands.map(
    (command) => `| [\`${command.name()}\`](#tradelane-${command.name()}) | ${command.summary()} |`,
  );
  return ['| command | does |', '|---|---|', ...rows].join('\n');
}

function commandSection(command: Command, parent: string): string {
  const name = `${parent} ${command.name()}`;
  const level = parent.includes(' ') ? '###' : '##';
  // A group whose default is one of its commands only hands on to it.
  const parts = [
    `${level} ${name}`,
    command.description() || sentence(command.summary()),
    `    ${[name, command.usage()].join(' ')}`,
    optionTable(command),
    examplesOf(command),
    ...command.commands.map((child) => commandSection(child, name)),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function optionTable(command: Command): string {
  const visible = command.createHelp();
  const args = visible.visibleArguments(command).map((argument) => [argument.name(), argument.description]);
  const options = visible
    .visibleOptions(command)
    .filter((option) => option.long !== '--help')
    .map((option) => [option.flags, visible.optionDescription(option)]);
  const rows = [...args, ...options].map(
    ([flags = '', meaning = '']) => `| \`${flags}\` | ${inTable(meaning)} |`,
  );
  return rows.length === 0 ? '' : ['| option | means |', '|---|---|', ...rows].join('\n');
}

function examplesOf(command: Command): string {
  const lines = exampleLines(command);
  return lines.length === 0 ? '' : ['```sh', ...lines, '```'].join('\n');
}

/** The examples in a command's help, without the prompt. Texts added by events show only in the whole help. */
export function exampleLines(command: Command): readonly string[] {
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
    getOutHasColors: () => false,
  });
  command.outputHelp();
  const lines = /\nExamples:\n([\s\S]*)$/.exec(help)?.[1]?.trim().split('\n') ?? [];
  return lines.map((line) => line.trim().replace(/^\$ /, ''));
}

function sentence(text: string): string {
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** The command line, to be looked at and never run. */
export async function idleProgram(root: string): Promise<Command> {
  return await createProgram(idleContext(root), () => {}, []);
}

export function idleContext(root: string): Context {
  return {
    env: {},
    called: {},
    cwd: root,
    openStdin: () => process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    logTo: process.stderr,
    clock: { now: () => 0 },
    random: () => 0,
    user: 'tester',
    main: '',
    packageDir: join(root),
    stop: new AbortController().signal,
  };
}
