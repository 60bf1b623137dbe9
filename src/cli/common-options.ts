import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Fault } from '../contract/fault.ts';
import { readMoment } from '../mapping/moments/moment.ts';
import { suggest } from '../workspace/text/suggest.ts';
import type { CommonOptions, Context, ExitCode } from './context.ts';

/** Takes a command's exit code to `main`. */
export type Report = (code: ExitCode) => void;

export function withCommonOptions(command: Command): Command {
  return command
    .option('-w, --workspace <dir>', 'the workspace folder', '.')
    .option('--json', 'print one JSON document on standard output');
}

export function example(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}\n`;
}

/** A mistyped subcommand must not end as an argument of the default one. */
export function refuseUnknownSubcommand(parent: Command, byDefault: Command): void {
  byDefault.allowExcessArguments().hook('preAction', () => {
    const [word] = byDefault.args;
    if (word === undefined) return;
    const known = parent.commands.map((command) => command.name());
    const near = suggest(word, known);
    const hint = near === undefined ? `there are: ${known.join(', ')}` : `did you mean ${near}?`;
    parent.error(`error: unknown command '${parent.name()} ${word}'; ${hint}`, {
      code: 'commander.unknownCommand',
    });
  });
}

export function workspaceDir(context: Context, options: CommonOptions): string {
  return resolve(context.cwd, options.workspace);
}

/** `4711`, or a Fault that says which argument is meant. */
export function parseCount(text: string, name: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Fault('TL_ARGUMENT_INVALID', `${name} must be a whole number, got "${text}"`);
}

/** `20`, but not `0`: so many at most. */
export function parseLimit(text: string, name: string): number {
  const limit = parseCount(text, name);
  if (limit > 0) return limit;
  throw new Fault('TL_ARGUMENT_INVALID', `${name} must be 1 or more, got "${text}"`);
}

/** `failed,held`: some of these names, separated by commas. */
export function parseChoices<Name extends string>(
  text: string,
  option: string,
  names: readonly Name[],
): Name[] {
  const said = text.split(',').map((part) => part.trim());
  const wrong = said.find((part) => !names.some((name) => name === part));
  if (wrong === undefined) return names.filter((name) => said.includes(name));
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `${option} must be some of ${names.join(', ')}, separated by commas, got "${wrong}"`,
  );
}

/** A time as people type it: a date, a date with time, with or without zone (then UTC). */
export function parseTimeOption(text: string, name: string): Date {
  const moment = /^\d{4}-/.test(text) ? readMoment(text, 'UTC') : undefined;
  if (moment !== undefined) return new Date(moment.ms);
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `${name} must be a time such as 2026-11-20 or 2026-11-20T08:30:00Z, got "${text}"`,
  );
}
