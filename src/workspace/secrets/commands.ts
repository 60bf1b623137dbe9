import type { Env } from '../workspace.ts';
import { type CommandLine, parseCommandLine } from './command-line.ts';
import { type CommandResult, runProgram, runProgramNow } from './run-program.ts';

/** The commands of one environment, and what they have printed: each is run once, whoever needs it. */
export interface Commands {
  run(line: string): Promise<CommandResult>;
  /** The same at once. */
  runNow(line: string): CommandResult;
  /** Runs it again, as somebody has refused what it printed. Not more often than each half minute. */
  renew(line: string): Promise<CommandResult>;
}

/** So long is known that a command has failed: whoever needs it asks again and again. Milliseconds. */
const failureMs = 10_000;
const renewalMs = 30_000;

interface Known {
  result?: CommandResult;
  /** When that was known, and when it was last run again, as `performance.now()` says. */
  at: number;
  renewedAt?: number;
  running?: Promise<CommandResult>;
}

const byEnvironment = new WeakMap<Env, Commands>();

/** A process has one environment, and so each command is run once in it: not for each connection, nor for each reload. */
export function commandsOf(env: Env): Commands {
  const known = byEnvironment.get(env);
  if (known) return known;
  const commands = createCommands(env);
  byEnvironment.set(env, commands);
  return commands;
}

function createCommands(env: Env): Commands {
  const memory = new Map<string, Known>();
  const recall = (line: string): Known => {
    const known = memory.get(line) ?? { at: 0 };
    memory.set(line, known);
    return known;
  };
  const keep = (known: Known, result: CommandResult): CommandResult => {
    known.result = result;
    known.at = performance.now();
    return result;
  };
  const start = (line: string, known: Known): Promise<CommandResult> => {
    const command = toAllowed(line, env);
    if ('problem' in command) return Promise.resolve(command);
    known.running ??= runProgram(command, env)
      .then((result) => keep(known, result))
      .finally(() => {
        delete known.running;
      });
    return known.running;
  };
  return {
    async run(line) {
      const known = recall(line);
      return fresh(known) ?? (await start(line, known));
    },
    runNow(line) {
      const known = recall(line);
      const result = fresh(known);
      if (result !== undefined) return result;
      const command = toAllowed(line, env);
      return 'problem' in command ? command : keep(known, runProgramNow(command, env));
    },
    async renew(line) {
      const known = recall(line);
      const { renewedAt, result } = known;
      if (result !== undefined && renewedAt !== undefined && performance.now() - renewedAt < renewalMs)
        return result;
      known.renewedAt = performance.now();
      return await start(line, known);
    },
  };
}

function fresh({ result, at }: Known): CommandResult | undefined {
  if (result === undefined || 'text' in result) return result;
  return performance.now() - at < failureMs ? result : undefined;
}

/** A command that may be run, in words where not. */
function toAllowed(line: string, env: Env): CommandLine | { readonly problem: string } {
  const command = parseCommandLine(line);
  if ('problem' in command) return command;
  const said = (env[allowVariable] ?? '').trim();
  const isAllowed =
    said === '' || /^(?:true|1|yes)$/i.test(said) || said.split(/[\s,]+/).includes(command.program);
  return isAllowed ? command : { problem: `is not run, as ${allowVariable} does not allow it` };
}

/** Unset or `true`: all of them; `false`: none; else the programs, by their names as the references have them. */
export const allowVariable = 'TRADELANE_ALLOW_EXEC';
