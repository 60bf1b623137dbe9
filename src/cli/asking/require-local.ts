import type { Command } from 'commander';
import { Fault } from '../../contract/fault.ts';
import type { Context } from '../context.ts';

/** They only look at files, or are the engine itself. */
const always: ReadonlySet<string> = new Set([
  'init',
  'validate',
  'test',
  'map',
  'schema',
  'connectors',
  'simulate',
  'demo',
  'dev',
  'start',
  'completion',
  'migrate',
]);

/**
 * Whoever has named a server means the database of that one. Throws a Fault TL_ARGUMENT_INVALID for a command that cannot
 * ask a server, and would work on the database of this machine instead.
 */
export function requireNoServer({ env }: Pick<Context, 'env'>, command: Command): void {
  const server = env['TRADELANE_SERVER'];
  const words = wordsOf(command);
  if (!server || always.has(words[0] ?? '') || canAskServer(command)) return;
  throw new Fault(
    'TL_ARGUMENT_INVALID',
    `\`tradelane ${words.join(' ')}\` cannot ask a server, and TRADELANE_SERVER names one: with TRADELANE_SERVER= before it, it works on the database of this workspace`,
  );
}

export function canAskServer(command: Command): boolean {
  return command.options.some(({ long }) => long === '--server');
}

/** `errors list`, without the name of the program. */
function wordsOf(command: Command): readonly string[] {
  return command.parent === null ? [] : [...wordsOf(command.parent), command.name()];
}
