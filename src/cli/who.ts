import type { Context } from './context.ts';

export const byOption = 'who decides this; TRADELANE_USER, or the account it is run under, if left out';

/** Who a decision is noted with. */
export function whoOf({ env, user }: Context, { by }: { readonly by?: string }): string {
  return by || env['TRADELANE_USER'] || user;
}
