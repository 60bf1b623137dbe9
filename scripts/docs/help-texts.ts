import type { Command } from 'commander';
import { scripts } from '../../src/cli/completion/completion.ts';
import { wordsOf } from '../../src/cli/completion/words.ts';
import { idleProgram } from './cli-page.ts';

/** bin/help.json: what `--help` says for each command, by its name; '' is the program itself. */
export async function helpTexts(root: string): Promise<string> {
  const texts: Record<string, string> = {};
  collect(await idleProgram(root), '', texts);
  return `${JSON.stringify(texts, undefined, 2)}\n`;
}

/** bin/completion.json: what `completion` prints, by shell. Many load it whenever a shell starts. */
export async function completionScripts(root: string): Promise<string> {
  const words = wordsOf(await idleProgram(root));
  const texts = Object.entries(scripts).map(([shell, write]) => [shell, write(words)]);
  return `${JSON.stringify(Object.fromEntries(texts), undefined, 2)}\n`;
}

function collect(command: Command, name: string, texts: Record<string, string>): void {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => 80,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  texts[name] = text;
  for (const child of command.commands) collect(child, `${name} ${child.name()}`.trim(), texts);
}
