import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseCommandLine } from '../../../src/workspace/secrets/command-line.ts';
import { allowVariable, commandsOf } from '../../../src/workspace/secrets/commands.ts';
import { runProgram, runProgramNow } from '../../../src/workspace/secrets/run-program.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tradelane-commands-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const environment = (more: Record<string, string> = {}) => ({ PATH: process.env['PATH'], ...more });

/** Both ways of running a command give the same. */
const ways = [
  ['waited for', runProgram],
  ['run at once', async (...given: Parameters<typeof runProgramNow>) => runProgramNow(...given)],
] as const;

describe.each(ways)('a command that is %s', (_way, run) => {
  const outcome = (line: string, maxMs?: number, env = environment()) => {
    const command = parseCommandLine(line);
    if ('problem' in command) throw new Error(command.problem);
    return run(command, env, maxMs);
  };

  test('gives what it prints, without the line break at its end', async () => {
    expect(await outcome("printf 's3cret é'")).toEqual({ text: 's3cret é' });
    expect(await outcome("printf 'a\\r\\n'")).toEqual({ text: 'a' });
    expect(await outcome("printf 'a\\n\\n'")).toEqual({ text: 'a\n' });
    expect(await outcome('sh -c \'printf %s "$TOKEN"\'', undefined, environment({ TOKEN: 'x y' }))).toEqual({
      text: 'x y',
    });
  });

  test('is carried out without a shell', async () => {
    expect(await outcome('echo $HOME "$(id)" ; id')).toEqual({ text: '$HOME $(id) ; id' });
  });

  test.each([
    ['is not there', 'no-such-program-here x', /cannot be started \(ENOENT\): is the program installed/],
    ['may not be run', '/etc/passwd', /cannot be started \(EACCES\)/],
    [
      'fails',
      "sh -c 'echo s3cret; echo s3cret >&2; exit 2'",
      /^ended with exit code 2; run by hand, it says why$/,
    ],
    ['is ended', "sh -c 'echo s3cret; kill -TERM $$'", /^was ended by SIGTERM$/],
    ['prints nothing', 'true', /^has printed nothing$/],
    ['prints an empty line', 'echo', /^has printed nothing$/],
    ['prints no text', "printf 'a\\377'", /^has printed what is no text in UTF-8$/],
    ['prints NUL', "printf 'a\\0b'", /^has printed what is no text in UTF-8$/],
    ['prints 10 MB', 'head -c 10000000 /dev/zero', /^has printed more than 256 KB$/],
    ['prints without an end', 'yes s3cret', /^has printed more than 256 KB$/],
    ['asks a person', "sh -c 'read answer && echo $answer'", /^ended with exit code 1/],
  ])('that %s is told by its program and what it did, not by what it said', async (_what, line, problem) => {
    const result = await outcome(line);
    expect(result).toEqual({ problem: expect.stringMatching(problem) });
    expect(JSON.stringify(result)).not.toContain('s3cret');
  });

  test('that hangs is ended with all that it has started', async () => {
    const pids = join(dir, `${_way}.pids`);
    const line = `sh -c 'sleep 300 & echo $! >"${pids}"; echo $$ >>"${pids}"; sleep 300'`;
    expect(await outcome(line, 300)).toEqual({ problem: 'has not ended within 0.3 s' });
    const started = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
    expect(started).toHaveLength(2);
    await vi.waitFor(() => expect(started.filter(isAlive)).toEqual([]));
  });
});

/** One that has ended and that nobody has asked for yet is not. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('the commands of a process', () => {
  /** A command that says how often it has been run. */
  const counting = () => {
    const file = join(dir, `count-${Math.random()}`);
    writeFileSync(file, '');
    const line = `sh -c 'echo x >>"${file}"; wc -l <"${file}" | tr -d " "'`;
    return { line, runs: () => readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).length };
  };

  test('are run once each, whoever needs them and however', async () => {
    const { line, runs } = counting();
    const env = environment();
    const asked = await Promise.all([1, 2, 3].map(() => commandsOf(env).run(line)));
    expect([...asked, commandsOf(env).runNow(line), await commandsOf(env).run(line)]).toEqual(
      Array.from({ length: 5 }, () => ({ text: '1' })),
    );
    expect(runs()).toBe(1);
  });

  test('are run again where somebody has refused what they gave, and then not at once a second time', async () => {
    const { line, runs } = counting();
    const commands = commandsOf(environment());
    await commands.run(line);
    expect(await Promise.all([1, 2, 3].map(() => commands.renew(line)))).toContainEqual({ text: '2' });
    expect(await commands.renew(line)).toEqual({ text: '2' });
    expect(await commands.run(line)).toEqual({ text: '2' });
    expect(runs()).toBe(2);
  });

  test('that have failed are not run again for each who asks', async () => {
    const { line, runs } = counting();
    const commands = commandsOf(environment());
    const failing = line.replace(/'$/, "; exit 3'");
    for (let each = 0; each < 3; each += 1)
      expect(await commands.run(failing)).toEqual({ problem: expect.stringContaining('exit code 3') });
    expect(commands.runNow(failing)).toEqual({ problem: expect.stringContaining('exit code 3') });
    expect(runs()).toBe(1);
  });

  test.each([
    ['false', false],
    ['no', false],
    ['vault', false],
    ['shell', false],
    ['true', true],
    ['', true],
    ['vault, sh', true],
    ['sh', true],
  ])(`are run only as the environment allows: ${allowVariable}=%s`, async (value, isRun) => {
    const { line, runs } = counting();
    const commands = commandsOf(environment({ [allowVariable]: value }));
    const results = [await commands.run(line), commands.runNow(line), await commands.renew(line)];
    if (!isRun)
      expect(results).toEqual(
        results.map(() => ({ problem: 'is not run, as TRADELANE_ALLOW_EXEC does not allow it' })),
      );
    expect(runs() > 0).toBe(isRun);
  });
});
