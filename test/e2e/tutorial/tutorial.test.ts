import { spawn } from 'node:child_process';
import { appendFile, glob, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../support/database.ts';

/** docs/tutorial.md, typed: commands are run in order, files are written, what is printed is compared. */
const root = join(import.meta.dirname, '../../..');

interface Block {
  readonly language: string;
  readonly text: string;
  /** How the commands must end: `<!-- ends with 1 -->` stands above the block. */
  readonly code: number;
  readonly line: number;
}

interface Shell {
  readonly cwd: string;
  /** What the commands of the last block have printed. */
  readonly printed: string;
}

it('shows what happens to whoever follows it', { timeout: 600_000 }, async () => {
  await using database = await createTestDatabase();
  const home = await mkdtemp(join(tmpdir(), 'tradelane-tutorial-'));
  try {
    await writeFile(join(home, 'tradelane'), tradelaneScript(), { mode: 0o755 });
    const env = {
      PATH: `${home}:${process.env['PATH']}`,
      HOME: process.env['HOME'],
      DATABASE_URL: database.url,
    };
    const blocks = parseBlocks(await readFile(join(root, 'docs/tutorial.md'), 'utf8'));
    expect(blocks.length).toBeGreaterThan(15);
    let shell: Shell = { cwd: home, printed: '' };
    for (const block of blocks) shell = await follow(block, shell, env);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

async function follow(block: Block, shell: Shell, env: NodeJS.ProcessEnv): Promise<Shell> {
  if (block.language === 'yaml') await writeNamedFile(block, shell);
  if (block.language === 'text')
    expect(`line ${block.line}\n${normalised(shell.printed)}`).toBe(
      `line ${block.line}\n${normalised(block.text)}`,
    );
  if (block.language !== 'sh') return shell;
  const ended = await runShell(block.text, { cwd: shell.cwd, env });
  expect({ line: block.line, ...ended }).toMatchObject({ code: block.code });
  await letLie(ended.cwd);
  return ended;
}

/** `# config/tables/taxes.yaml` in the first line says where the rest goes; `, at the end` keeps what is there. */
async function writeNamedFile({ text, line }: Block, { cwd }: Shell): Promise<void> {
  const [, path, atEnd] = /^# (\S+\.yaml)(, at the end)?\n/.exec(text) ?? [];
  if (path === undefined) throw new Error(`line ${line}: the first line does not say which file this is`);
  const content = text.slice(text.indexOf('\n') + 1);
  await mkdir(dirname(join(cwd, path)), { recursive: true });
  await (atEnd === undefined ? writeFile : appendFile)(join(cwd, path), content);
}

/** A file that has just changed is not read yet. People are slow enough not to notice. */
async function letLie(cwd: string): Promise<void> {
  const hourAgo = new Date(Date.now() - 3_600_000);
  for await (const path of glob('data/**/*.csv', { cwd })) await utimes(join(cwd, path), hourAgo, hourAgo);
}

async function runShell(
  commands: string,
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<Shell & { readonly code: number | null }> {
  // Both streams as a terminal shows them; the folder that the commands end in goes through a third.
  const script = `exec 2>&1\n{ ${commands}\n}; code=$?; pwd >&3; exit $code`;
  const child = spawn('bash', ['-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
  const texts = { printed: '', cwd: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    texts.printed += chunk;
  });
  child.stdio[3]?.on('data', (chunk: Buffer) => {
    texts.cwd += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, printed: texts.printed, cwd: texts.cwd.trim() };
}

function parseBlocks(page: string): readonly Block[] {
  const pattern = /(?:^<!-- ends with (\d) -->\n)?^```(sh|yaml|text)\n([\s\S]*?)^```$/gm;
  return [...page.matchAll(pattern)].map((match) => ({
    language: match[2] ?? '',
    text: match[3] ?? '',
    code: Number(match[1] ?? 0),
    line: page.slice(0, match.index).split('\n').length,
  }));
}

/** Times differ each time, and a run that takes long tells how far it is. Lines are compared without the blanks at their ends. */
function normalised(text: string): string {
  return text
    .replaceAll(/ +\d+(?:\.\d+)? s$/gm, ' TIME')
    .replaceAll(/ +time$/gm, ' time')
    .replaceAll(/^ +next: .*$/gm, 'next: TIMES')
    .split('\n')
    .filter((line) => !/^\S+ {2}read \d+( {2}[a-z]+ \d+)*$/.test(line))
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}

function tradelaneScript(): string {
  return `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin/tradelane.js')}' "$@"\n`;
}
