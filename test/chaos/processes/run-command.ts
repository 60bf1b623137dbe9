import { spawn } from 'node:child_process';
import { join } from 'node:path';

export type RunCommand = (...args: readonly string[]) => Promise<void>;

/** Runs commands of the tree under test, each to its end. One that ends with 2 or more has not done its work. */
export function createRunCommand(at: {
  readonly root: string;
  readonly workspace: string;
  readonly env: Readonly<Record<string, string>>;
}): RunCommand {
  const { PATH = '', HOME = '' } = process.env;
  return async (...args) => {
    const command = [join(at.root, 'bin', 'tradelane.js'), ...args, '--workspace', at.workspace];
    const env = { PATH, HOME, ...at.env };
    const child = spawn(process.execPath, command, { env, stdio: 'ignore' });
    // One that follows a run which does not get on has done its part.
    const patience = setTimeout(() => child.kill('SIGKILL'), 20_000);
    const code = await new Promise((resolve) => child.on('exit', resolve));
    clearTimeout(patience);
    if (typeof code === 'number' && code > 1) throw new Error(`tradelane ${args[0]} ended with ${code}`);
  };
}
