import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readDotEnv } from '../app/files/dot-env.ts';
import { readSecretFiles } from '../app/files/secret-files.ts';
import { toFault } from '../contract/fault.ts';
import { formatFinding } from '../workspace/finding.ts';
import { requireNoServer } from './asking/require-local.ts';
import { asTyped } from './command-names.ts';
import { type Context, type ExitCode, exit } from './context.ts';
import { printNote, showable } from './output/print.ts';
import { createProgram } from './program.ts';
import { quotePath } from './quote-path.ts';

/** What a user has to put right before it can be done. */
const invalid: ReadonlySet<string> = new Set([
  'TL_ARGUMENT_INVALID',
  'TL_WORKSPACE_INVALID',
  'TL_NOT_FOUND',
  'TL_CONFLICT',
  'TL_UNAUTHENTICATED',
  'TL_FORBIDDEN',
]);

/** Runs one command line to its end, and says what to exit with. Throws nothing: whatever goes wrong is explained. */
export async function runCommandLine(
  outer: Omit<Context, 'called' | 'logTo'>,
  args: readonly string[],
): Promise<ExitCode> {
  let code: ExitCode = exit.clean;
  // A copy: what the workspace's .env says joins it once it is known which workspace that is.
  const env: Record<string, string | undefined> = { ...outer.env };
  const context = { ...outer, env, called: {}, logTo: outer.stderr };
  const report = (reported: ExitCode) => {
    code = reported;
  };
  try {
    const program = await createProgram(context, report, args);
    prepare(program, context);
    program.hook('preAction', async (_program, command) => {
      Object.assign(env, await readSecretFiles(env, context.cwd));
      await joinDotEnv(context, command);
      requireNoServer(context, command);
    });
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (thrown) {
    return explain(context, thrown, args.includes('--json'));
  }
}

/** Variables that are set already win. */
async function joinDotEnv(
  context: Context & { readonly env: Record<string, string | undefined> },
  command: Command,
): Promise<void> {
  // Without a name, `--workspace` of `schema` means the folder one stands in.
  const { workspace, server } = command.opts<{
    readonly workspace?: string | true;
    readonly server?: string;
  }>();
  if (server !== undefined) context.called.server = quotePath(server);
  // `init` writes a workspace; what is there in its place is somebody else's.
  if (workspace === undefined || command.name() === 'init') return;
  if (command.getOptionValueSource('workspace') === 'cli' && workspace !== true)
    context.called.workspace = quotePath(workspace);
  const dir = resolve(context.cwd, workspace === true ? '.' : workspace);
  const { variables, notes } = await readDotEnv(dir);
  const isNew = ([name]: readonly [string, unknown]) =>
    context.env[name] === undefined && context.env[name.replace(/_FILE$/, '')] === undefined;
  const fresh = Object.fromEntries(Object.entries(variables).filter(isNew));
  Object.assign(context.env, fresh, await readSecretFiles(fresh, dir));
  for (const note of notes) printNote(context, note);
}

/** A user's mistake, or the world's: a message. A bug of ours: a message, and the stack where somebody asked for it. */
function explain(context: Context, thrown: unknown, json: boolean): ExitCode {
  if (isCommanderError(thrown)) {
    if (thrown.exitCode === 0) return exit.clean;
    // Commander has told people already.
    if (json) printError(context, 'TL_ARGUMENT_INVALID', thrown.message.replace(/^error: /, ''));
    return exit.invalid;
  }
  const fault = toFault(thrown);
  for (const finding of fault.findings) printNote(context, formatFinding(finding));
  const at = fault.at === undefined ? '' : ` (${fault.at})`;
  context.stderr.write(showable(`error: ${asTyped(context, fault.message)}${at}\n       ${fault.code}\n`));
  if (json) printError(context, fault.code, fault.message);
  if (context.env['TRADELANE_DEBUG'] && thrown instanceof Error) context.stderr.write(`${thrown.stack}\n`);
  return invalid.has(fault.code) ? exit.invalid : exit.failed;
}

function printError(context: Context, code: string, message: string): void {
  context.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
}

/** Commander hands settings down only to commands that it makes itself. */
function prepare(command: Command, context: Context): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => context.stdout.write(asTyped(context, text)),
    writeErr: (text) => context.stderr.write(asTyped(context, text)),
  });
  for (const child of command.commands) prepare(child, context);
}

function isCommanderError(thrown: unknown): thrown is Error & { readonly exitCode: number } {
  return thrown instanceof Error && 'code' in thrown && String(thrown.code).startsWith('commander.');
}
