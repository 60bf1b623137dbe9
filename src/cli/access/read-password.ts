import { text as readText } from 'node:stream/consumers';
import { Fault } from '../../contract/fault.ts';
import type { CommonOptions, Context } from '../context.ts';

/**
 * A password that somebody types, twice and unseen, or that is piped in. Never an argument: those are in the history of
 * the shell and in the list of processes. Throws a Fault TL_ARGUMENT_INVALID where none comes.
 */
export async function readPassword(context: Context, { json }: Pick<CommonOptions, 'json'>): Promise<string> {
  const stdin = context.openStdin();
  if (json !== true && stdin.isTTY && context.stderr.isTTY) return await askPassword(context, stdin);
  const piped = (await readText(stdin)).replace(/\r?\n$/, '');
  if (piped !== '') return piped;
  throw new Fault('TL_ARGUMENT_INVALID', 'password: expected one on standard input, got nothing');
}

async function askPassword({ stderr: output }: Context, input: NodeJS.ReadStream): Promise<string> {
  const { isCancel, password } = await import('@clack/prompts');
  const ask = async (message: string) => {
    const answer = await password({ message, input, output });
    if (isCancel(answer)) throw new Fault('TL_ARGUMENT_INVALID', 'left before the end; nothing was changed');
    return answer;
  };
  const first = await ask('Which password? At least 12 characters; a few words will do.');
  if ((await ask('Once more:')) === first) return first;
  throw new Fault('TL_ARGUMENT_INVALID', 'the two are not the same; nothing was changed');
}
