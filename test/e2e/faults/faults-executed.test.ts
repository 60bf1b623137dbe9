import { expect, it } from 'vitest';
import { runCli } from '../../support/cli.ts';
import { withExampleFolder } from '../../unit/docs/example-folder.ts';
import { faultBase, faultExamples, filesOf } from '../../unit/docs/fault-page.ts';

it.each(faultExamples('command').map((example) => [example.code, example] as const))(
  'docs/faults.md tells what a command prints: %s',
  async (_code, example) => {
    const line = example.given.find(({ language }) => language === 'sh')?.text.trim() ?? '';
    const [words = [], env = {}] = parseCommand(line);
    const result = await withExampleFolder(filesOf(example), faultBase, (cwd) => runCli(words, { cwd, env }));
    expect(result.stderr.trimEnd()).toBe(example.said);
    expect(result.code).toBeGreaterThanOrEqual(2);
    expect(result.stdout).toBe('');
  },
  120_000,
);

/** `NAME=value tradelane run x` → its arguments and what it has in its environment. */
function parseCommand(line: string): [words: readonly string[], env: Readonly<Record<string, string>>] {
  const words = line.split(' ');
  const at = words.indexOf('tradelane');
  const env = words.slice(0, at).map((word) => word.split('=') as [string, string]);
  return [words.slice(at + 1), Object.fromEntries(env)];
}
