import { type Caller, mayOver } from '../../app/access/caller.ts';

/** May they see private values of what is of this flow? Whoever only looks sees them masked. */
export function seesValues(caller: Caller, { flow }: { readonly flow: string }): boolean {
  return mayOver(caller, 'support', flow);
}
