import { Argument, Command } from 'commander';
import { example, type Report } from '../common-options.ts';
import { type Context, exit } from '../context.ts';
import { bashScript, zshScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { wordsOf } from './words.ts';

export const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };

type Shell = keyof typeof scripts;

/** `loadProgram` gives the whole command line, with every command loaded. */
export function completionCommand(
  context: Context,
  report: Report,
  loadProgram: () => Promise<Command>,
): Command {
  return new Command('completion')
    .summary('a script that completes commands in your shell')
    .description(
      'Prints a script for your shell that completes commands, options, and the names of flows and connections of ' +
        'the workspace. The first line of the script says where it goes.',
    )
    .addArgument(new Argument('<shell>', 'which one').choices(Object.keys(scripts)))
    .addHelpText('after', example('tradelane completion bash', 'source <(tradelane completion zsh)'))
    .action(async (shell: Shell) => {
      context.stdout.write(scripts[shell](wordsOf(await loadProgram())));
      report(exit.clean);
    });
}
