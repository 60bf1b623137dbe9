import type { CommonOptions, Context } from './context.ts';
import { printNote } from './output/print.ts';

/** Whether somebody at the terminal says so; nobody is asked anywhere else. */
export async function confirm(
  context: Context,
  options: Pick<CommonOptions, 'json'>,
  question: string,
): Promise<boolean> {
  const { stderr } = context;
  const isAsked = options.json !== true && stderr.isTTY && context.openStdin().isTTY;
  if (!isAsked) {
    if (options.json !== true) printNote(context, 'nothing was changed; --yes does it');
    return false;
  }
  const prompts = await import('@clack/prompts');
  const answer = await prompts.confirm({
    message: question,
    initialValue: false,
    input: context.openStdin(),
    output: stderr,
  });
  if (answer === true) return true;
  printNote(context, 'nothing was changed');
  return false;
}
