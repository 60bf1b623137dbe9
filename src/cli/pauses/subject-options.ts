import type { Command } from 'commander';
import { Fault } from '../../contract/fault.ts';
import type { AskingOptions } from '../asking/with-asking.ts';

/** What a name is meant to be, where it is both. */
export interface SubjectOptions extends AskingOptions {
  readonly flow?: true;
  readonly connection?: true;
}

export function withSubjectOptions(command: Command): Command {
  return command
    .option('--flow', 'the flow, where a connection has the same name')
    .option('--connection', 'the connection, where a flow has the same name');
}

export function kindOf({ flow, connection }: SubjectOptions): 'flow' | 'connection' | undefined {
  if (flow && connection)
    throw new Fault('TL_ARGUMENT_INVALID', 'name either --flow or --connection, or neither');
  if (flow) return 'flow';
  return connection ? 'connection' : undefined;
}
