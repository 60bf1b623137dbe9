import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../support/until.ts';

const cli = fileURLToPath(new URL('../../../bin/tradelane.js', import.meta.url));
/** Counterpart: test/e2e/init/init.test.ts, with options in place of answers. */
const hasTerminals = spawnSync('script', ['--version']).status === 0;
const keys = { enter: '\r', down: '\u001b[B', up: '\u001b[A', interrupt: '\u0003' };

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tradelane-questions-'));
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

describe.skipIf(!hasTerminals)(
  'init in a terminal (needs `script` of util-linux)',
  { timeout: 240_000 },
  () => {
    it('asks, and writes what was answered', async () => {
      await using terminal = openTerminal(['init', join(home, 'shop')]);
      await terminal.said('Where do records come from?');
      // Sorted: business-central, file (the default), http.
      terminal.press(keys.down + keys.enter);
      await terminal.said('Where do they go?');
      terminal.press(keys.down + keys.down + keys.enter);
      await terminal.said('What are they?');
      terminal.press(keys.down + keys.enter);
      await terminal.said('What is the flow called?');
      terminal.press(`people-to-crm${keys.enter}`);
      expect(await terminal.ended()).toBe(0);
      const flow = await readFile(join(home, 'shop/flows/people-to-crm.yaml'), 'utf8');
      expect(flow).toContain('source:\n  connection: shop\n  resource: customers');
      expect(flow).toContain('target:\n  connection: hubspot\n  resource: contacts');
    });

    it('takes the default where somebody only presses Enter', async () => {
      await using terminal = openTerminal([
        'init',
        join(home, 'shop'),
        '--source',
        'file',
        '--target',
        'file',
      ]);
      await terminal.said('What are they?');
      terminal.press(keys.enter);
      await terminal.said('What is the flow called?');
      terminal.press(keys.enter);
      expect(await terminal.ended()).toBe(0);
      expect(await readdir(join(home, 'shop/flows'))).toContain('orders-to-warehouse.yaml');
    });

    it('refuses a name that no flow can have, and asks again', async () => {
      const given = ['--source', 'file', '--target', 'file', '--entity', 'stock'];
      await using terminal = openTerminal(['init', join(home, 'shop'), ...given]);
      await terminal.said('What is the flow called?');
      terminal.press(`My Flow${keys.enter}`);
      await terminal.said('This must be a name of lower-case letters');
      terminal.press(keys.interrupt);
      expect(await terminal.ended()).not.toBe(0);
    });

    it.each([
      ['the first', 0],
      ['a later', 1],
    ])('leaves nothing behind when somebody presses Ctrl-C at %s question', async (_which, answers) => {
      await using terminal = openTerminal(['init', join(home, 'shop')]);
      await terminal.said('Where do records come from?');
      for (let answer = 0; answer < answers; answer += 1) {
        terminal.press(keys.enter);
        await terminal.said('Where do they go?');
      }
      terminal.press(keys.interrupt);
      expect(await terminal.ended()).not.toBe(0);
      expect(terminal.text()).toContain('nothing was written');
      expect(await readdir(home)).toEqual([]);
    });

    it('asks nothing with --yes', async () => {
      await using terminal = openTerminal(['init', join(home, 'shop'), '--yes']);
      expect(await terminal.ended()).toBe(0);
      expect(terminal.text()).not.toContain('?');
      expect(await readdir(join(home, 'shop/flows'))).toContain('orders-to-warehouse.yaml');
    });
  },
);

interface Terminal extends AsyncDisposable {
  text(): string;
  said(text: string): Promise<void>;
  press(text: string): void;
  ended(): Promise<number | null>;
}

/** The command with a terminal of its own. `-e`: ends with the command's own code. */
function openTerminal(args: readonly string[]): Terminal {
  // A terminal that nobody looks at has no size.
  const command = `stty rows 40 cols 120; exec ${[process.execPath, cli, ...args].map((word) => `'${word}'`).join(' ')}`;
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn('script', ['-q', '-e', '-c', command, '/dev/null'], {
    env: { PATH, HOME, TERM: 'xterm' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const gone = Promise.withResolvers<number | null>();
  child.on('close', gone.resolve);
  const plain = () => stripVTControlCharacters(text);
  return {
    text: plain,
    said: async (wanted) => {
      await until(() => plain().includes(wanted), { timeoutMs: 120_000, what: `"${wanted}" in a terminal` });
    },
    press: (pressed) => child.stdin.write(pressed),
    ended: () => gone.promise,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await gone.promise;
    },
  };
}
