import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callCli } from '../../support/call-cli.ts';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tradelane-completion-'));
  await mkdir(join(dir, 'shop/flows'), { recursive: true });
  await writeFile(
    join(dir, 'shop/flows/a.yaml'),
    '# yaml-language-server\nflow: orders-to-erp\nsource: {}\n',
  );
  await writeFile(join(dir, 'shop/flows/b.yaml'), 'flow: "prices"\n');
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await callCli(['completion', shell]);
    expect(code).toBe(0);
    await writeFile(join(dir, shell), stdout);
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const has = (shell: string) => spawnSync(shell, ['-c', 'exit 0']).status === 0;

/** What is offered for the last word of a line. */
const shells: Readonly<Record<string, (line: string) => readonly string[]>> = {
  bash: (line) => {
    const words = line.split(' ').map((word) => `'${word}'`);
    const script = `source ../bash; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _tradelane; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return offered(execFileSync('bash', ['-c', script], { cwd: join(dir, 'shop'), encoding: 'utf8' }));
  },
  fish: (line) => {
    const script = `source ../fish; complete -C '${line}'`;
    const text = execFileSync('fish', ['--no-config', '-c', script], {
      cwd: join(dir, 'shop'),
      encoding: 'utf8',
    });
    return offered(text).map((each) => each.split('\t')[0] ?? '');
  },
};

function offered(text: string): readonly string[] {
  return text.split('\n').filter((word) => word !== '');
}

test.for(Object.keys(shells).filter(has))('completes in %s', (shell) => {
  const complete = shells[shell]!;
  expect(complete('tradelane sta')).toEqual(['start', 'status']);
  expect(complete('tradelane run o')).toEqual(['orders-to-erp']);
  expect(complete('tradelane run --json ')).toEqual(expect.arrayContaining(['orders-to-erp', 'prices']));
  expect(complete('tradelane errors li')).toEqual(['list']);
  expect(complete('tradelane errors list --flow p')).toEqual(['prices']);
  expect(complete('tradelane errors list --li')).toEqual(['--limit']);
  expect(complete('tradelane runs --fl')).toEqual(['--flow']);
  expect(complete('tradelane plan --workspace ../shop pr')).toEqual(['prices']);
  expect(complete('tradelane completion b')).toEqual(['bash']);
});

test.for(['bash', 'zsh', 'fish'].filter(has))('is a script that %s can read', (shell) => {
  expect(spawnSync(shell, ['-n', join(dir, shell)], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
});

test('says which shells there are', async () => {
  const { code, stderr } = await callCli(['completion', 'csh']);
  expect(code).toBe(2);
  expect(stderr).toContain('bash, zsh, fish');
});
