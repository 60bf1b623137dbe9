import type { Command } from 'commander';
import type { Grant } from '../../app/access/caller.ts';
import { parseRole } from '../../app/access/grants.ts';

/** What is given to a user or a token, as it is typed. */
export interface GrantOptions {
  readonly role: string;
  readonly flows: readonly string[];
}

export function withGrantOptions(command: Command): Command {
  return command
    .requiredOption('--role <role>', 'viewer, support, integrator or admin')
    .option('--flows <pattern...>', 'over these flows: a name, with * for any part of it', ['*']);
}

/** Throws a Fault TL_ARGUMENT_INVALID for a role that there is not. */
export function toGrants({ role, flows }: GrantOptions): Grant[] {
  const parsed = parseRole(role);
  return flows.map((pattern) => ({ role: parsed, flows: pattern }));
}
